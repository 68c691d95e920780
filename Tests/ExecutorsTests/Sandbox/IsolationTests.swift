import Foundation
import MusterCore
import Testing

@testable import Executors

/// What an isolated program finds, and what it does not.
@Suite(.needsNamespaces, .timeLimit(.minutes(1))) struct IsolationTests {
  @Test func theSystemIsReadOnlyAndTmpItsOwn() async throws {
    try await withHost { host in
      let log = Log()
      // As root would be refused too: the message is of the file system, not of rights.
      #expect(await host.sh(.isolated, "touch /usr/x /etc/x /var/x", log: log).end == .failed(exitCode: 1))
      for path in ["/usr/x", "/etc/x", "/var/x"] {
        #expect(log.text.contains("touch: cannot touch '\(path)': Read-only file system\n"))
      }
      let mark = "muster-\(UUID().uuidString)"
      let own = await host.sh(
        .isolated, "for d in /tmp /var/tmp /dev/shm; do echo $d > $d/\(mark) && cat $d/\(mark); done")
      #expect(own.text == "/tmp\n/var/tmp\n/dev/shm\n")
      #expect(!FileManager.default.fileExists(atPath: "/tmp/\(mark)"))
      #expect(await host.sh(.isolated, "find /run /tmp -name '\(mark)'; ls -A /run; touch /run/x || true").text == "")
    }
  }

  @Test func theStateAndOtherRunsAreHidden() async throws {
    // Not below /tmp, which an isolated program does not see anyhow.
    let state = "/var/lib/muster-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: "\(state)/work", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: state) }
    try Data("x".utf8).write(to: URL(filePath: "\(state)/muster.db"))
    let host = try ExecutorHost(keeperCommand: keeperCommand, workRoot: "\(state)/work", hidden: [state])
    let log = Log()
    let other = Task { await host.sh(.isolated, "echo mine > secret; echo up >&2; sleep 1000", log: log) }
    await log.contains("up")
    let directory = try #require(host.connection).directory
    let tree = await host.sh(.isolated, "cd \(state) && find . -mindepth 1 -printf '%P\\n' | sort")
    let name = directory.split(separator: "/").last ?? ""
    #expect(tree.text == "work\nwork/\(name)\nwork/\(name)/2\nwork/\(name)/2/input\n")
    let writing = await host.sh(.isolated, "touch \(state)/x \(directory)/x 2>/dev/null; touch here && ls")
    #expect(writing.text == "here\ninput\n")
    // Without a sandbox it is all there.
    #expect(await host.sh(.none, "cat \(directory)/1/secret && test -e \(state)/muster.db").text == "mine\n")
    other.cancel()
    #expect(await other.value.end == .cancelled)
    await host.close()
    #expect(try folders(in: "\(state)/work") == [])
  }

  @Test func thereIsNoNetworkButItsOwnLoopback() async throws {
    let connect = """
      import socket, sys
      socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5)
      """
    let own = """
      import socket
      server = socket.create_server(("127.0.0.1", 0))
      socket.create_connection(server.getsockname(), 5).send(b"x")
      print(server.accept()[0].recv(1).decode(), [name for _, name in socket.if_nameindex() if name == "lo"])
      """
    try await withListener { port in
      try await withHost { host in
        func run(_ mode: Sandbox.Mode, _ script: String) async -> ExecutorOutcome {
          let stage = ["/usr/bin/python3", "-c", script, "\(port)"]
          return await host.run(ExecutorRequest(stages: [stage], environment: path, sandbox: Sandbox(mode)))
        }
        #expect(await run(.none, connect).end == .done(result: []))
        #expect(await run(.user, connect).end == .done(result: []))
        let refused = await run(.isolated, connect)
        #expect(refused.end == .failed(exitCode: 1))
        #expect(refused.message.hasSuffix("Connection refused"))
        #expect(await run(.isolated, own).text == "x ['lo']\n")
        let away = await run(.isolated, "import socket; socket.create_connection(('192.0.2.1', 80), 5)")
        #expect(away.message.hasSuffix("Network is unreachable"))
      }
    }
  }

  @Test func otherProcessesAreNotThere() async throws {
    try await withHost { host in
      let keeper = try #require(host.connection).process
      let log = Log()
      let other = Task { await host.sh(.isolated, "echo up >&2; sleep 1000", log: log) }
      await log.contains("up")
      let seen = await host.sh(.isolated, "for p in /proc/[0-9]*; do read name < $p/comm && echo $name; done")
      #expect(seen.text == "muster-keeper\nsh\n")
      #expect(await host.sh(.isolated, "kill -9 1; kill -9 -1; kill -0 \(keeper) || echo none").text == "none\n")
      #expect(await host.sh(.isolated, "cat /proc/1/environ").end == .failed(exitCode: 1))
      #expect(await host.sh(.isolated, "mkdir m && mount -t tmpfs x m || umount /tmp || echo none").text == "none\n")
      // Neither is anything uncovered by namespaces that it makes itself.
      let inner =
        "unshare -U -r -m sh -c 'umount /tmp; umount /run; mount -o remount,rw /usr; ls -A /run; touch /usr/x'"
      #expect(await host.sh(.isolated, inner).text == nil)
      #expect(!FileManager.default.fileExists(atPath: "/usr/x"))
      other.cancel()
      _ = await other.value
    }
  }

  @Test func aProgramBelowAHiddenFolderIsNamed() async throws {
    try await withFolder { folder in
      try Data("#!/bin/sh\n".utf8).write(to: URL(filePath: "\(folder)/p"))
      chmod("\(folder)/p", 0o755)
      try await withHost { host in
        let request = ExecutorRequest(stages: [["\(folder)/p"]], environment: path, sandbox: Sandbox(.isolated))
        #expect(
          await host.run(request).message
            == "Program '\(folder)/p' is not to be seen by an isolated kind, which has an own /tmp, an empty /run and no "
            + "state directory; put it elsewhere.")
      }
    }
  }
}
