import Foundation
import MusterCore
import Testing

@testable import Executors

/// Another user without privileges: what both sandboxes have in common.
@Suite(.needsRoot, .timeLimit(.minutes(1))) struct SandboxUserTests {
  private let facts = """
    id -u; id -g; id -G; umask
    grep -E '^(NoNewPrivs|CapInh|CapPrm|CapEff|CapBnd|CapAmb):' /proc/self/status | cut -f 2
    """

  @Test(arguments: sandboxes) func theUserIsAnotherAndHasNothing(mode: Sandbox.Mode) async throws {
    let none = "0000000000000000"
    try await withHost { host in
      let nobody = try RunUser.find("nobody")
      let text = try #require(await host.sh(mode, facts).text)
      #expect(
        text.split(separator: "\n").map(String.init) == [
          "\(nobody.uid)", "\(nobody.gid)", "\(nobody.gid)", "0077", none, none, none, none, none, "1",
        ])
      let other = try #require(await host.sh(mode, "id -u; id -g; id -G", user: "4243").text)
      #expect(other == "4243\n4243\n4243\n")
    }
  }

  @Test func withoutASandboxNothingChanges() async throws {
    try await withHost { host in
      let status = { (name: String) throws -> String in
        let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        return text.split(separator: "\n").first { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count + 2)) }
          ?? ""
      }
      let text = try #require(await host.sh(.none, "\(facts) && test -e \(host.connection?.directory ?? "?")").text)
      #expect(text.hasPrefix("\(geteuid())\n\(getegid())\n"))
      try #expect(text.hasSuffix("\(status("CapBnd"))\n\(status("CapAmb"))\n\(status("NoNewPrivs"))\n"))
    }
  }

  @Test(arguments: sandboxes) func theDirectoryIsTheUsersAndNobodyElses(mode: Sandbox.Mode) async throws {
    try await withHost { host in
      let request = ExecutorRequest(
        stages: [
          ["sh", "-c", "stat -c '%a %U %n' . input extra >&2; echo $HOME >&2; cat input extra > between"],
          ["sh", "-c", "cat - between > {output}; chmod 777 . {output}; mkdir -p a/b; chmod 0 a"],
        ], input: Array("in,".utf8), environment: path.merging(["HOME": "/root"]) { $1 },
        extraFiles: ["extra": Array("extra".utf8)], sandbox: Sandbox(mode))
      let log = Log()
      #expect(await host.run(request, log: log.add).text == "in,in,extra")
      let directory = try #require(host.connection).directory
      #expect(log.text == "700 nobody .\n600 nobody input\n600 nobody extra\n\(directory)/1\n")
    }
  }

  @Test(arguments: sandboxes) func filesOfRootAreNotForIt(mode: Sandbox.Mode) async throws {
    try await withHost { host in
      let outcome = await host.sh(mode, "head -c 1 /etc/shadow")
      #expect(outcome.end == .failed(exitCode: 1))
      #expect(outcome.message.hasSuffix("Permission denied"))
      for folder in ["/etc", "/usr", "/"] {
        #expect(await host.sh(mode, "touch \(folder)/muster-was-here").end == .failed(exitCode: 1))
      }
    }
  }

  @Test func aSetUserIDProgramGivesNothing() async throws {
    try await withFolder { folder in
      let program = "\(folder)/id"
      try FileManager.default.copyItem(atPath: "/usr/bin/id", toPath: program)
      chmod(program, 0o4755)
      try #require(asOwner(program) == "0\n", "the file system takes no set-user-id programs")
      try await withHost { host in
        let nobody = try RunUser.find("nobody").uid
        #expect(await host.sh(.user, "\(program) -u").text == "\(nobody)\n")
      }
    }
  }

  @Test(arguments: sandboxes) func itsOutputsCanBeOpenedByName(mode: Sandbox.Mode) async throws {
    try await withHost { host in
      let log = Log()
      #expect(await host.sh(mode, "echo why > /dev/stderr; echo x > /dev/stdout", log: log).text == "x\n")
      #expect(log.text == "why\n")
    }
  }

  @Test func aDirectoryThatTheUserCannotReach() async throws {
    try await withFolder { folder in
      let inner = "\(folder)/closed/work"
      try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
      chmod("\(folder)/closed", 0o700)
      let host = try ExecutorHost(keeperCommand: keeperCommand, workRoot: inner)
      let outcome = await host.sh(.user, "true")
      #expect(outcome.end == .unrunnable)
      #expect(
        outcome.message.hasSuffix(
          "(Permission denied); let others pass through '\(folder)/closed' (chmod o+x '\(folder)/closed'), or give a "
            + "'state' elsewhere."))
      #expect(await host.sh(.none, "printf x").text == "x")
      await host.close()
      #expect(try folders(in: inner) == [])
    }
  }

  /// What the program prints when a user who owns nothing starts it.
  private func asOwner(_ program: String) -> String? {
    let process = Process()
    let command = asAnybody([program, "-u"])
    process.executableURL = URL(filePath: command[0])
    process.arguments = Array(command.dropFirst())
    let output = Foundation.Pipe()
    process.standardOutput = output
    guard (try? process.run()) != nil else { return nil }
    return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  }
}
