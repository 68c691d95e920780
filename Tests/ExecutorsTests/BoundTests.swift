import Foundation
import Testing

@testable import Executors

/// Runs that are ended: by time, by memory, by the caller.
@Suite(.timeLimit(.minutes(1))) struct BoundTests {
  /// Leaves processes of every sort: a child, a grandchild, one in another session, one without environment.
  private let scatter = """
    sleep 1000 & (sleep 1000 & sleep 1000) & setsid sleep 1000 & setsid env -i sleep 1000 &
    setsid sh -c 'setsid sleep 1000 & sleep 1000' &
    """

  @Test func timeoutEndsTheWholeTree() async throws {
    try await withHost(grace: .milliseconds(100)) { host in
      let outcome = await host.sh("\(scatter) echo late >&2; wait", { $0.timeout = .milliseconds(300) })
      #expect(outcome.end == .timedOut)
      #expect(
        outcome.message
          == "The program 'sh' was ended: the run took longer than its timeout of 0.3 s; it said: late")
      #expect(outcome.runTime >= .milliseconds(300))
    }
  }

  @Test func nothingStaysBehindAProgramThatEndsWell() async throws {
    try await withHost { host in
      #expect(await host.sh("\(scatter) printf ok").text == "ok")
    }
  }

  @Test func whatOneRunLeavesIsKilledAndWhatAnotherUsesIsNot() async throws {
    try await withHost { host in
      let log = Log()
      let long = Task { await host.sh("\(scatter) mkfifo go; echo up >&2; read line < go; exit 5", log: log) }
      await log.contains("up")
      for _ in 0..<5 { #expect(await host.sh("\(scatter) printf ok").text == "ok") }
      let connection = try #require(host.connection)
      // Of the long run: its shell, the ones below it, and the sleeps that keep their environment.
      #expect(marked("\(connection.identity).1").count == 8)
      try Data("go\n".utf8).write(to: URL(filePath: "\(connection.directory)/1/go"))
      #expect(await long.value.end == .failed(exitCode: 5))
    }
  }

  @Test func theTimeoutCoversAllStagesTogether() async throws {
    try await withHost { host in
      let request = ExecutorRequest(
        stages: [["sleep", "0.3"], ["sleep", "100"]], environment: path, timeout: .milliseconds(500))
      let outcome = await host.run(request)
      #expect(outcome.end == .timedOut)
      #expect(outcome.message.hasPrefix("Stage 2 of 2 ('sleep') was ended"))
    }
  }

  @Test func aProgramIsAskedFirst() async throws {
    try await withHost { host in
      let log = Log()
      let run = Task {
        await host.sh("trap 'echo bye >&2; exit 0' TERM; echo up >&2; while :; do sleep 0.05; done", log: log)
      }
      await log.contains("up")
      run.cancel()
      let outcome = await run.value
      #expect(outcome.end == .cancelled)
      #expect(outcome.message == "The program 'sh' was cancelled.")
      #expect(log.text.contains("bye"))
    }
  }

  @Test func aProgramThatIgnoresTheSignalIsKilledAfterTheGrace() async throws {
    try await withHost(grace: .milliseconds(200)) { host in
      let log = Log()
      let run = Task { await host.sh("trap '' TERM; echo up >&2; while :; do sleep 0.05; done", log: log) }
      await log.contains("up")
      let clock = ContinuousClock()
      let start = clock.now
      run.cancel()
      #expect(await run.value.end == .cancelled)
      #expect(clock.now - start >= .milliseconds(200))
    }
  }

  /// A shell dies of the signal at once; the program that it waits for must still get its grace.
  @Test func theGraceIsThatOfTheWholeGroup() async throws {
    try await withHost { host in
      let log = Log()
      let prover = "trap 'sleep 0.2; echo saved >&2; exit 0' TERM; echo up >&2; while :; do sleep 0.05; done"
      let run = Task {
        await host.run(
          ExecutorRequest(stages: [["sh", "-c", #"sh -c "$0"; :"#, prover]], environment: path), log: log.add)
      }
      await log.contains("up")
      run.cancel()
      #expect(await run.value.end == .cancelled)
      #expect(log.text.contains("saved"))
    }
  }

  @Test func whatOutlivesTheGraceOfAGroupIsKilled() async throws {
    try await withHost(grace: .milliseconds(200)) { host in
      let log = Log()
      let run = Task { await host.sh("(trap '' TERM; echo up >&2; sleep 1000) & wait", log: log) }
      await log.contains("up")
      run.cancel()
      #expect(await run.value.end == .cancelled)
    }
  }

  @Test func aStoppedProgramEndsToo() async throws {
    try await withHost { host in
      let log = Log()
      let run = Task { await host.sh("echo up >&2; kill -STOP $$", log: log) }
      await log.contains("up")
      run.cancel()
      #expect(await run.value.end == .cancelled)
    }
  }

  @Test func cancelledBeforeItStarted() async throws {
    try await withHost { host in
      let run = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return await host.run(ExecutorRequest(stages: [["true"]]), started: { Issue.record("was started") })
      }
      #expect(await run.value.end == .cancelled)
    }
  }

  @Test func cancelAtAnyInstantEndsTheRun() async throws {
    try await withHost { host in
      await withTaskGroup(of: ExecutorOutcome.self) { group in
        for round in 0..<60 {
          group.addTask {
            let run = Task { await host.sh("sleep 1000") }
            for _ in 0..<(round * 3) { await Task.yield() }
            run.cancel()
            return await run.value
          }
        }
        for await outcome in group { #expect(outcome.end == .cancelled) }
      }
    }
  }

  @Test func memoryOverTheLimitEndsTheRun() async throws {
    try await withHost { host in
      let outcome = await host.sh(
        "python3 -c 'import time; x = b\"x\" * (200 << 20); time.sleep(1000)' & wait", { $0.memoryLimit = 100 << 20 })
      #expect(outcome.end == .memoryExceeded)
      #expect(outcome.peakMemory > 100 << 20)
      #expect(outcome.message.hasPrefix("The program 'sh' was ended: it used "))
      #expect(outcome.message.hasSuffix(" MiB of memory, and its limit is 100 MiB."))
    }
  }

  @Test func pagesThatProcessesShareCountOnce() async throws {
    try await withHost { host in
      let script = """
        import os, time
        x = b"x" * (80 << 20)
        for _ in range(3):
            if os.fork() == 0: time.sleep(1000)
        time.sleep(0.5)
        """
      let request = ExecutorRequest(
        stages: [["python3", "-c", script]], environment: path, memoryLimit: 200 << 20)
      let outcome = await host.run(request)
      #expect(outcome.end == .done(result: []))
      #expect(outcome.peakMemory > 80 << 20)
    }
  }

  @Test func peakMemoryIsKnownWithoutALimit() async throws {
    try await withHost { host in
      let outcome = await host.sh("exec python3 -c 'x = b\"x\" * (100 << 20)'")
      #expect(outcome.peakMemory > 100 << 20)
    }
  }
}
