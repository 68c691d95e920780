import CKeeper
import Foundation
import Testing

@testable import Executors

/// Deaths of the processes that should clean up.
@Suite(.timeLimit(.minutes(1))) struct KeeperTests {
  @Test func aKeeperThatIsKilledIsReplaced() async throws {
    try await withHost { host in
      let log = Log()
      let run = Task { await host.sh("setsid sleep 1000 & echo up >&2; sleep 1000", log: log) }
      await log.contains("up")
      let first = try #require(host.connection)
      kill(first.process, SIGKILL)
      let outcome = await run.value
      #expect(outcome.end == .unrunnable)
      #expect(outcome.message == "The keeper process has died, and the program 'sh' with it.")
      #expect(marked(first.identity) == [])
      #expect(await host.sh("printf again").text == "again")
      let second = try #require(host.connection)
      #expect(second.process != first.process)
      #expect(!FileManager.default.fileExists(atPath: first.directory))
      await host.close()
      #expect(!isAlive(second.process))
      #expect(!FileManager.default.fileExists(atPath: second.directory))
    }
  }

  /// A service manager sends SIGTERM to every process of a service; the worker still has runs to finish then.
  @Test func aKeeperOutlastsASignalToTheWholeService() async throws {
    try await withHost { host in
      let keeper = try #require(host.connection).process
      for signal in [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1] { kill(keeper, signal) }
      #expect(await host.sh("printf x").text == "x")
      #expect(host.connection?.process == keeper)
    }
  }

  @Test func aProgramThatIsNoKeeper() async throws {
    try await withFolder { folder in
      let host = try ExecutorHost(keeperCommand: ["/bin/false"], workRoot: folder)
      #expect(await host.sh("true").end == .unrunnable)
      #expect(await host.sh("true").end == .unrunnable)
      await host.close()
      try #expect(folders(in: folder) == [])
    }
  }

  @Test func closeEndsWhatRuns() async throws {
    try await withHost { host in
      let log = Log()
      let run = Task { await host.sh("trap '' TERM; echo up >&2; sleep 1000", log: log) }
      await log.contains("up")
      await host.close()
      let outcome = await run.value
      #expect(outcome.end == .cancelled)
      #expect(outcome.message == "The host of the executors was closed.")
      #expect(await host.sh("true").end == .cancelled)
      await host.close()
    }
  }

  @Test func aHostThatIsDroppedLeavesNothing() async throws {
    try await withFolder { folder in
      var host: ExecutorHost? = try ExecutorHost(keeperCommand: keeperCommand, workRoot: folder)
      let process = try #require(host?.connection?.process)
      #expect(await host?.sh("printf x").text == "x")
      host = nil
      let isGone = try await eventually { try !isAlive(process) && folders(in: folder).isEmpty }
      #expect(isGone)
    }
  }

  /// The worker is another process here, because only that can be killed: a script that starts a keeper as we do.
  @Test func aWorkerThatIsKilledLeavesNothing() async throws {
    let script = """
      import array, os, socket, struct, subprocess, sys
      keeper, directory, mark = sys.argv[1:4]
      mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
      command = [keeper, "--keeper", str(theirs.fileno()), directory, mark]
      process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
      theirs.close()
      program = "setsid sleep 1000 & sleep 1000 & (setsid setsid sleep 1000 &) ; trap '' TERM; wait"
      null = os.open("/dev/null", os.O_RDWR)
      strings = [directory, "/bin/sh", "/bin/sh", "-c", program, "PATH=/usr/bin:/bin"]
      for run in 1, 2:
          header = struct.pack("4I4Q4I", 1, 1, 3, 1, run, 0, 1000000000, 0, 0, 0, 0, 0)
          body = b"".join(s.encode() + b"\\0" for s in strings)
          rights = array.array("i", [null, null, null])
          mine.sendmsg([header + body], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
      print(process.pid, flush=True)
      sys.stdin.read()
      """
    try await withFolder { folder in
      let directory = "\(folder)/muster-run-0123456789abcdef"
      try FileManager.default.createDirectory(atPath: "\(directory)/1/deep", withIntermediateDirectories: true)
      let mark = "\(UUID().uuidString)."
      let worker = Process()
      worker.executableURL = URL(filePath: "/usr/bin/python3")
      worker.arguments = ["-c", script, keeperCommand[0], directory, mark]
      let output = Foundation.Pipe()
      let input = Foundation.Pipe()
      worker.standardOutput = output
      worker.standardInput = input
      try worker.run()
      let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
      let keeper = try #require(pid_t(line.trimmingCharacters(in: .whitespacesAndNewlines)))
      // Two shells with three sleeps each.
      #expect(try await eventually { marked(mark).count == 8 })
      kill(worker.processIdentifier, SIGKILL)
      #expect(try await eventually { marked(mark).isEmpty && !FileManager.default.fileExists(atPath: directory) })
      #expect(try await eventually { !isAlive(keeper) || children(of: keeper).isEmpty })
      try input.fileHandleForWriting.close()
    }
  }

  @Test func theStartSweepsWhatACrashOfBothHasLeft() async throws {
    try await withFolder { folder in
      // A keeper and its worker that died together: a folder that nobody locks, and a process that bears its mark.
      let stale = "\(folder)/muster-run-00112233445566ff"
      try FileManager.default.createDirectory(atPath: "\(stale)/7/sub", withIntermediateDirectories: true)
      let others = ["muster-run-short", "muster-run-00112233445566FF", "other", "00112233445566ff"]
      for other in others {
        try FileManager.default.createDirectory(atPath: "\(folder)/\(other)", withIntermediateDirectories: true)
      }
      let orphan = Process()
      orphan.executableURL = URL(filePath: "/bin/sleep")
      orphan.arguments = ["1000"]
      orphan.environment = ["MUSTER_RUN": "00112233445566ff.7"]
      try orphan.run()
      defer { orphan.terminate() }
      #expect(try await eventually { !marked("00112233445566ff.").isEmpty })

      let first = try ExecutorHost(keeperCommand: keeperCommand, workRoot: folder)
      #expect(marked("00112233445566ff.").isEmpty)
      let inUse = try #require(first.connection).directory
      // Another host on the same folder leaves the first one's alone.
      let second = try ExecutorHost(keeperCommand: keeperCommand, workRoot: folder)
      #expect(FileManager.default.fileExists(atPath: inUse))
      #expect(await first.sh("printf x").text == "x")
      #expect(await second.sh("printf x").text == "x")
      await first.close()
      await second.close()
      try #expect(folders(in: folder).sorted() == others.sorted())
    }
  }

  @Test func treesOfAnyShapeAreRemoved() async throws {
    try await withFolder { folder in
      let tree = "\(folder)/tree"
      try FileManager.default.createDirectory(atPath: "\(tree)/closed/inner", withIntermediateDirectories: true)
      try FileManager.default.createDirectory(atPath: "\(folder)/kept", withIntermediateDirectories: true)
      try Data("x".utf8).write(to: URL(filePath: "\(folder)/kept/file"))
      try FileManager.default.createSymbolicLink(atPath: "\(tree)/link", withDestinationPath: "\(folder)/kept")
      chmod("\(tree)/closed", 0)
      // Deeper than a path may be long, and than there are descriptors.
      var at = open(tree, O_RDONLY | O_DIRECTORY)
      for _ in 0..<3000 {
        mkdirat(at, "d", 0o700)
        let next = openat(at, "d", O_RDONLY | O_DIRECTORY)
        close(at)
        at = next
      }
      close(at)
      #expect(muster_remove_tree(AT_FDCWD, tree) == 0)
      try #expect(folders(in: folder) == ["kept"])
      #expect(FileManager.default.fileExists(atPath: "\(folder)/kept/file"))
      #expect(muster_remove_tree(AT_FDCWD, tree) == 0)
    }
  }
}
