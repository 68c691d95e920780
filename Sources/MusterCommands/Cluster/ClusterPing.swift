import ArgumentParser
import Inventory
import MusterCore
import RemoteHosts
import Terminal

/// `muster cluster ping`
struct ClusterPing: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ping", abstract: "Log in to every machine, become root, and say OK or why not.",
    discussion: """
      All machines side by side; nothing is changed on any. The exit status is 1 if one of them fails.
      """)

  @OptionGroup var cluster: ClusterOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let output = output.output
    let machines = try cluster.machines(output)
    let hosts = try cluster.hosts(machines)
    let time = SystemTime()
    let limits = cluster.limits
    let options = cluster.remoteOptions
    let answers = await limits.sideBySide(hosts) { host in
      let start = time.moment()
      let trouble = await Self.trouble { try await Self.ask(host.get(), options, limits) }
      return PingAnswer(took: time.moment() - start, trouble: trouble)
    }
    try Task.checkCancellation()
    let view = PingView(
      zip(machines, answers).map { machine, answer in
        let answer = (try? answer.get()) ?? PingAnswer(took: .zero, trouble: nil)
        return PingView.Line(machine: machine.name, answer: answer)
      })
    try output.render(view.lines, table: view.table, ids: view.ids)
    guard view.failed == 0 else {
      output.note("\(view.failed) of \(machines.count) machines failed")
      throw QuietExit(status: ExitStatus.failure)
    }
  }

  private static func ask(_ host: RemoteHost, _ options: RemoteOptions, _ limits: RemoteLimits) async throws {
    let session = RemoteSession(host, options: options, limits: limits)
    defer { Task { await session.close() } }
    let answer = try await session.run(RemoteScript("says who it is", "id -u", limit: .seconds(30), mostOutput: 4096))
    guard answer.status == 0, answer.outputText == "0\n" else {
      throw RemoteHostError(
        .root, "\(host.name): the shell is not root's; see what sudo is set to do for the user",
        details: ["machine": host.name])
    }
  }

  private static func trouble(_ body: () async throws -> Void) async -> (any CodedError)? {
    do {
      try await body()
      return nil
    } catch let error as any CodedError {
      return error
    } catch {
      return RemoteHostError(.lost, "it was broken off", cause: error)
    }
  }
}
