import Foundation
import MusterCore
import Testing

@testable import Executors

/// Programs in a sandbox are bounded, ended and reported as others are.
@Suite(.needsRoot, .timeLimit(.minutes(1))) struct SandboxEndTests {
  private let scatter = """
    sleep 1000 & (sleep 1000 & sleep 1000) & setsid sleep 1000 & setsid env -i sleep 1000 &
    setsid sh -c 'setsid sleep 1000 & sleep 1000' &
    """

  @Test(arguments: sandboxes) func endsAreReportedAsTheyAre(mode: Sandbox.Mode) async throws {
    try await withHost { host in
      #expect(await host.sh(mode, "exit 0").end == .done(result: []))
      #expect(await host.sh(mode, "exit 75").end == .retry)
      #expect(await host.sh(mode, "exit 137").end == .failed(exitCode: 137))
      #expect(await host.sh(mode, "kill -SEGV $$").end == .signalled(11))
      #expect(await host.sh(mode, "kill -KILL $$").end == .signalled(9))
      let missing = await host.run(
        ExecutorRequest(stages: [["no-such-prover"]], environment: path, sandbox: Sandbox(mode)))
      #expect(missing.message.hasPrefix("Program 'no-such-prover' was found in no folder of PATH"))
      let closed = await host.run(
        ExecutorRequest(stages: [["/etc/passwd"]], environment: path, sandbox: Sandbox(mode)))
      #expect(closed.message.hasPrefix("Program '/etc/passwd' may not be executed by user 'nobody';"))
    }
  }

  @Test(arguments: sandboxes) func timeoutEndsTheWholeTree(mode: Sandbox.Mode) async throws {
    try await withHost(grace: .milliseconds(100)) { host in
      let outcome = await host.sh(mode, "\(scatter) echo late >&2; wait", { $0.timeout = .milliseconds(300) })
      #expect(outcome.end == .timedOut)
      #expect(outcome.message.hasSuffix("it said: late"))
      #expect(outcome.runTime >= .milliseconds(300))
    }
  }

  @Test(arguments: sandboxes) func nothingStaysBehind(mode: Sandbox.Mode) async throws {
    try await withHost { host in
      for _ in 0..<3 { #expect(await host.sh(mode, "\(scatter) printf ok").text == "ok") }
    }
  }

  @Test(arguments: sandboxes) func cancellationAsksFirst(mode: Sandbox.Mode) async throws {
    try await withHost { host in
      let log = Log()
      let script = "trap 'echo bye >&2; exit 0' TERM; echo up >&2; while :; do sleep 0.05; done"
      let run = Task { await host.sh(mode, script, log: log) }
      await log.contains("up")
      run.cancel()
      #expect(await run.value.end == .cancelled)
      #expect(log.text.contains("bye"))
    }
  }

  @Test(arguments: sandboxes) func aProgramThatIgnoresTheSignalIsKilled(mode: Sandbox.Mode) async throws {
    try await withHost(grace: .milliseconds(100)) { host in
      let log = Log()
      let run = Task {
        await host.sh(mode, "\(scatter) trap '' TERM; echo up >&2; while :; do sleep 0.05; done", log: log)
      }
      await log.contains("up")
      run.cancel()
      #expect(await run.value.end == .cancelled)
    }
  }

  @Test(arguments: sandboxes) func memoryIsBounded(mode: Sandbox.Mode) async throws {
    try await withHost { host in
      let script = "import time; x = bytearray(400 << 20); time.sleep(1000)"
      let request = ExecutorRequest(
        stages: [["/usr/bin/python3", "-c", script]], environment: path, memoryLimit: 200 << 20, sandbox: Sandbox(mode))
      #expect(await host.run(request).end == .memoryExceeded)
    }
  }

  @Test(.needsNamespaces) func itsOwnTmpIsBoundedByItsMemory() async throws {
    try await withHost { host in
      let script = "head -c 30000000 /dev/zero > /tmp/a && head -c 30000000 /dev/zero > /dev/shm/b"
      let outcome = await host.sh(.isolated, script, { $0.memoryLimit = 50 << 20 })
      #expect(outcome.end == .failed(exitCode: 1) || outcome.end == .memoryExceeded)
      if outcome.end != .memoryExceeded { #expect(outcome.message.hasSuffix("No space left on device")) }
    }
  }

  /// Also a process that has lost its mark: the kernel ends the namespace with its first process.
  @Test(.needsNamespaces) func aKeeperThatIsKilledTakesItsNamespacesAlong() async throws {
    try await withHost { host in
      let log = Log()
      let run = Task { await host.sh(.isolated, "setsid env -i sleep 54321 & echo up >&2; sleep 54321", log: log) }
      await log.contains("up")
      #expect(try await eventually { sleepers() == 2 })
      kill(try #require(host.connection).process, SIGKILL)
      #expect(await run.value.end == .unrunnable)
      #expect(try await eventually { sleepers() == 0 })
    }
  }

  @Test func aStepThatIsRefusedIsNamed() async throws {
    let refusals: [(missing: String, mode: Sandbox.Mode, sentence: String)] = [
      (
        "sys_admin", .isolated,
        "Program 'sh' cannot be isolated: no process namespace can be made (Operation not permitted); start this with "
          + "the capability CAP_SYS_ADMIN (in a container: --privileged), or set 'sandbox: user' for the kind."
      ),
      (
        "setuid", .user,
        "Program 'sh' cannot run as user 'nobody' (Operation not permitted); start this as root with the capabilities "
          + "CAP_SETUID, CAP_SETGID and CAP_CHOWN, or set 'sandbox: none' for the kind."
      ),
    ]
    for (missing, mode, sentence) in refusals {
      try await withFolder { folder in
        let poor = ["/usr/bin/setpriv", "--inh-caps=-\(missing)", "--bounding-set=-\(missing)"]
        let host = try ExecutorHost(keeperCommand: poor + keeperCommand, workRoot: folder)
        let outcome = await host.sh(mode, "touch /tmp/muster-was-here")
        #expect(outcome.end == .unrunnable)
        #expect(outcome.message == sentence)
        #expect(await host.sh(.none, "printf x").text == "x")
        await host.close()
        try #expect(folders(in: folder) == [])
      }
    }
  }

  private func sleepers() -> Int {
    processes().count { process in
      FileManager.default.contents(atPath: "/proc/\(process)/cmdline").map {
        Data("sleep\0".utf8) + Data("54321\0".utf8) == $0
      }
        ?? false
    }
  }
}
