import Foundation
import Testing

@testable import Executors

/// The whole program, started by a user who is not root.
@Suite(.needsUserNamespaces, .timeLimit(.minutes(1))) struct SandboxWithoutRootTests {
  /// What `muster kind check` prints for a kind with these lines.
  private func check(_ lines: [String], _ script: String) async throws -> String {
    try await withFolder { folder in
      chown(folder, 4242, 4242)
      let yaml =
        "kinds:\n  k:\n    \(lines.joined(separator: "\n    "))\n    executor:\n      - sh\n      - -c\n      - |\n        "
        + script.split(separator: "\n").joined(separator: "\n        ") + "\n"
      try Data(yaml.utf8).write(to: URL(filePath: "\(folder)/muster.yaml"))
      let process = Process()
      let command = asAnybody([keeperCommand[0], "kind", "check", "k", "-c", "\(folder)/muster.yaml", "--input", "in"])
      process.executableURL = URL(filePath: command[0])
      process.arguments = Array(command.dropFirst())
      process.currentDirectoryURL = URL(filePath: folder)
      process.environment = path
      let output = Foundation.Pipe()
      process.standardOutput = output
      process.standardError = output
      try process.run()
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return text
    }
  }

  @Test func isolatedNeedsNoRoot() async throws {
    try await withListener { port in
      let text = try await check(
        ["sandbox: isolated"],
        """
        id -u >&2
        grep -E '^(NoNewPrivs|CapEff):' /proc/self/status >&2
        touch /usr/x || true
        ls -A /run >&2
        ls /proc | grep -c '^[0-9]' >&2
        python3 -c 'import socket; socket.create_connection(("127.0.0.1", \(port)), 5)' 2>&1 | tail -n 1 >&2
        cat input
        printf result > $MUSTER_OUTPUT
        setsid sleep 1000 &
        """)
      #expect(text.contains("\nresult    6 B: result\n"), "\(text)")
      for line in [
        "4242", "CapEff:\t0000000000000000", "NoNewPrivs:\t1", "touch: cannot touch '/usr/x': Read-only file system",
        "ConnectionRefusedError: [Errno 111] Connection refused",
      ] {
        #expect(text.split(separator: "\n").contains(Substring(line)), "\(line) in \(text)")
      }
    }
  }

  @Test func anotherUserIsRefused() async throws {
    let user = try await check(["sandbox: user"], "true")
    #expect(user.contains("The kind asks for 'sandbox: user', but this runs as user '4242'"), "\(user)")
    let named = try await check(["sandbox: isolated", "user: nobody"], "true")
    #expect(named.contains("are to run as user 'nobody', but this runs as user '4242'"))
  }
}
