import Foundation
import RemoteHosts
import Testing

@testable import Provisioning

@Suite("Listening on ports and trying them")
struct PortScriptsTests {
  private static let listeners: [PortScripts.Runner] = [.python3, .perl].filter(isThere)
  private static let callers: [PortScripts.Runner] = [.python3, .perl, .bash].filter(isThere)

  private static func isThere(_ runner: PortScripts.Runner) -> Bool {
    ["/usr/bin", "/bin", "/usr/local/bin"].contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(runner.rawValue)")
    }
  }

  private func ask(_ text: String, _ shell: LocalShell = LocalShell()) async throws -> PortAnswer {
    try PortAnswer(await shell.run(RemoteScript("ports", text)).output)
  }

  /// Listens on two ports that nobody had.
  private func listen(_ runner: PortScripts.Runner, at address: String, mark: String) async throws -> PortAnswer {
    for _ in 0..<50 {
      let ports = [ClusterPort(.random(in: 20000..<60000)), ClusterPort(.random(in: 20000..<60000), .udp)]
      let answer = try await ask(PortScripts.listen(ports, at: address, mark: mark, seconds: 120, runners: [runner]))
      if answer.listening.count == 2 { return answer }
      if let process = answer.process {
        _ = try await ask(PortScripts.stop(process, mark: mark) + "printf 'muster-ports\\t1\\nend\\n'")
      }
    }
    Issue.record("no two ports are free")
    return PortAnswer()
  }

  @Test("every listener answers every caller, over TCP and UDP", arguments: listeners, callers)
  func pairs(listener: PortScripts.Runner, caller: PortScripts.Runner) async throws {
    let mark = "muster-\(UInt64.random(in: .min ... .max))"
    let answer = try await listen(listener, at: "127.0.0.1", mark: mark)
    let process = try #require(answer.process)
    let marked = answer.listening.sorted { $0.transport.rawValue < $1.transport.rawValue }
      .map { PortTarget(machine: "m", address: "127.0.0.1", port: $0, isMarked: true) }
    let plain = marked.prefix(1).map { PortTarget(machine: "m", address: $0.address, port: $0.port, isMarked: false) }
    // Nobody listens on port 1 of an address that nobody uses.
    let closed = [
      PortTarget(machine: "m", address: "127.77.1.1", port: ClusterPort(1), isMarked: false),
      PortTarget(machine: "m", address: "127.77.1.1", port: ClusterPort(1, .udp), isMarked: true),
    ]
    let targets = marked + plain + closed
    // Long, as the machine may be busy: only what is silent takes so long.
    let text = PortScripts.attempt(targets, mark: mark, seconds: 60, runners: [caller])
    for shell in LocalShell.all {
      #expect(
        try await ask(text, shell).outcomes == [0: .open, 1: .open, 2: .open, 3: .refused, 4: .refused], "\(shell.name)"
      )
    }
    let stopped = try await LocalShell().run(RemoteScript("stops", PortScripts.stop(process, mark: mark)))
    #expect(stopped.status == 0)
  }

  @Test("another mark is another machine")
  func foreign() async throws {
    guard let listener = Self.listeners.first else { return }
    let answer = try await listen(listener, at: "127.0.0.1", mark: "muster-one")
    let tcp = try #require(answer.listening.first { $0.transport == .tcp })
    let target = PortTarget(machine: "m", address: "127.0.0.1", port: tcp, isMarked: true)
    for caller in Self.callers {
      let tried = try await ask(PortScripts.attempt([target], mark: "muster-two", seconds: 30, runners: [caller]))
      #expect(tried.outcomes == [0: .foreign], "\(caller)")
    }
    let process = try #require(answer.process)
    _ = try await LocalShell().run(RemoteScript("stops", PortScripts.stop(process, mark: "muster-one")))
  }

  @Test("a port that somebody has is told of", arguments: listeners)
  func taken(runner: PortScripts.Runner) async throws {
    let held = try HeldPort()
    defer { held.close() }
    let text = PortScripts.listen(
      [ClusterPort(held.number)], at: "127.0.0.1", mark: "muster-x", seconds: 1, runners: [runner])
    let answer = try await ask(text)
    #expect(answer.taken == [ClusterPort(held.number)] && answer.listening.isEmpty)
    let process = try #require(answer.process)
    _ = try await LocalShell().run(RemoteScript("stops", PortScripts.stop(process, mark: "muster-x")))
  }

  @Test(
    "a listener is in a session of its own before the script ends, with which its session is ended",
    arguments: listeners)
  func session(runner: PortScripts.Runner) async throws {
    let mark = "muster-\(UInt64.random(in: .min ... .max))"
    for _ in 0..<20 {
      let text = PortScripts.listen([], at: "127.0.0.1", mark: mark, seconds: 60, runners: [runner])
      // Not through a pipe: the child would hold that open until long after.
      let look = """
        f=$(mktemp)
        (\(text)) >$f
        while read -r word p; do [ "$word" != process ] || break; done <$f
        rm -f $f
        read -r s </proc/$p/stat
        set -- ${s##*) }
        printf 'muster-ports\\t1\\n'
        [ "$4" = "$p" ] || printf 'cannot\\tit is in the session %s\\n' "$4"
        printf 'process\\t%d\\nend\\n' "$p"

        """
      let answer = try await ask(look)
      #expect(answer.lacking == nil)
      let process = try #require(answer.process)
      _ = try await LocalShell().run(RemoteScript("stops", PortScripts.stop(process, mark: mark)))
    }
  }

  @Test("a machine with nothing to listen or try with says so", arguments: LocalShell.all)
  func lacking(shell: LocalShell) async throws {
    let listen = try await ask(
      PortScripts.listen([ClusterPort(6443)], at: "127.0.0.1", mark: "x", seconds: 1, runners: []), shell)
    #expect(listen.lacking == "neither python3 nor perl")
    let attempt = try await ask(PortScripts.attempt([], mark: "x", seconds: 1, runners: []), shell)
    #expect(attempt.lacking == "neither python3 nor perl nor bash")
  }

  @Test("only a process that listens with the mark is stopped")
  func stop() async throws {
    let script = PortScripts.stop(Int(getpid()), mark: "muster-nobody")
    #expect(try await LocalShell().run(RemoteScript("stops", script)).status == 0)
  }
}
