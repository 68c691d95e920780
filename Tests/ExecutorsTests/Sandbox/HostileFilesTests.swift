import CKeeper
import Foundation
import MusterCore
import Testing

@testable import Executors

/// Programs that leave traps where the runner reads or removes.
@Suite(.timeLimit(.minutes(1))) struct HostileFilesTests {
  private static var modes: [Sandbox.Mode] { geteuid() == 0 ? [.none, .user] : [.none] }

  @Test(
    arguments: modes,
    [
      "ln -s /etc/passwd {output}", "ln -s . {output}", "mkfifo {output}", "mkdir {output}", "ln -s /dev/zero {output}",
      "ln -s {output} {output}",
    ])
  func aResultThatIsNoPlainFileIsNotRead(mode: Sandbox.Mode, script: String) async throws {
    try await withHost { host in
      let outcome = await host.sh(mode, script)
      #expect(outcome.end == .failed(exitCode: 0))
      #expect(outcome.message.contains("/output': it is no plain file; a link, a folder or a FIFO is not read"))
    }
  }

  @Test(arguments: modes, ["ln -s /etc/passwd input", "mkfifo input", "mkdir input"])
  func anInputThatWasReplacedIsNotRead(mode: Sandbox.Mode, script: String) async throws {
    try await withHost { host in
      let request = ExecutorRequest(
        stages: [["sh", "-c", "rm input; \(script)"], ["cat"]], environment: path, sandbox: Sandbox(mode))
      let outcome = await host.run(request)
      #expect(outcome.end == .failed(exitCode: 0))
      #expect(outcome.message.hasPrefix("Stage 2 of 2 ('cat') cannot be given its input '"))
    }
  }

  /// A hard link is a plain file. It needs `fs.protected_hardlinks` to be off, or another to make it.
  @Test(.needsRoot) func aForeignFileThatIsLinkedInIsNotRead() async throws {
    try await withFolder { folder in
      let secret = "\(folder)/secret"
      try Data("secret".utf8).write(to: URL(filePath: secret))
      chmod(secret, 0o600)
      var directory = TaskDirectory(path: "\(folder)/run")
      try directory.make(input: [], extraFiles: [:], owner: RunUser(name: "4242", uid: 4242, gid: 4242))
      try #require(link(secret, directory.output) == 0)
      #expect(throws: FileFailure.self) { try directory.result(limit: 100) }
      unlink(directory.input)
      try #require(link(secret, directory.input) == 0)
      #expect(throws: FileFailure.self) { _ = try directory.openInput() }
      directory.remove()
      #expect(try folders(in: folder) == ["secret"])
    }
  }

  @Test(.needsRoot) func theDirectoryIsTakenBackBeforeItIsRead() async throws {
    try await withFolder { folder in
      var directory = TaskDirectory(path: "\(folder)/run")
      try directory.make(input: [1], extraFiles: [:], owner: RunUser(name: "4242", uid: 4242, gid: 4242))
      chmod(directory.path, 0o777)
      #expect(owner(of: directory.path) == 4242)
      try directory.reclaim()
      #expect(owner(of: directory.path) == geteuid())
      #expect(exitStatus(asAnybody(["/usr/bin/test", "-e", directory.input])) == 1)
      directory.remove()
    }
  }

  private func owner(of path: String) -> uid_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_uid : nil
  }
}
