import CoordinatorAPI
import Foundation
import Testing

@testable import MusterCommands

/// `muster up` with a real coordinator, real workers and real programs.
@Suite(.timeLimit(.minutes(2)), .serialized) struct UpTests {
  static let kinds = """
    kinds:
      square:
        executor: [sh, -c, "read n; echo $n >&2; [ $n != bad ] && echo $((n * n))"]
        maxAttempts: 1
      hold:
        executor: [sleep, "100"]

    """

  private func withUp<Answer: Sendable>(
    _ folder: String, _ arguments: [String] = [], _ body: (RunningDaemon, CoordinatorAddress) async throws -> Answer
  ) async throws -> Answer {
    if !FileManager.default.fileExists(atPath: folder + "/muster.yaml") {
      try write(UpTests.kinds, to: folder + "/muster.yaml")
    }
    let daemon = RunningDaemon(
      ["up", "-c", folder + "/muster.yaml", "--state", folder + "/state", "--listen", "127.0.0.1:0", "--http", "none"]
        + arguments)
    let result: Result<Answer, any Error>
    do {
      result = .success(try await body(daemon, try await daemon.address))
    } catch {
      result = .failure(error)
    }
    daemon.signal(.termination)
    #expect(await daemon.status == 0, "\(daemon.messages.contents)")
    return try result.get()
  }

  @Test func doesTasksAndKeepsThem() async throws {
    try await withFolder { folder in
      try await withUp(folder, ["--workers", "2", "--slots", "2"]) { daemon, address in
        let done = await muster("submit", "--kind", "square", "--input", "12", "--id", "a", "--wait", at: address)
        #expect(done.results == "144\n", "\(done.messages) \(daemon.messages.contents)")
        let failed = await muster("submit", "--kind", "square", "--input", "bad", "--wait", at: address)
        #expect(failed.status == 1)
        let workers = await muster("worker", "list", "--output", "quiet", at: address)
        #expect(workers.results.split(separator: "\n").sorted() == ["local-1", "local-2"])
        #expect(daemon.results.contents.contains("workers      2 workers, 2 slots each"))
        #expect(
          daemon.results.contents.contains(
            "Hand in work:  muster submit --kind square --input INPUT --wait --coordinator \(address)"))
      }
      try await withUp(folder, ["--workers", "0"]) { daemon, address in
        #expect(await muster("task", "result", "a", at: address).results == "144\n")
        #expect(daemon.results.contents.contains("workers      none here"))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/state/work").isEmpty)
    }
  }

  @Test func runsABatch() async throws {
    try await withFolder { folder in
      try await withUp(folder, ["--slots", "2"]) { _, address in
        try write((1...40).map { "\($0)\n" }.joined() + "bad\n", to: folder + "/in")
        let arguments = ["run", "--kind", "square", "--inputs", folder + "/in", "--output", folder + "/out"]
        for _ in 1...2 {
          let printed = await muster(arguments, at: address)
          #expect(printed.status == 1)
          #expect(printed.messages.contains("done 40  failed 1"), "\(printed.messages)")
          #expect(try read(folder + "/out").split(separator: "\n").count == 41)
        }
        let retried = await muster(arguments + ["--retry"], at: address)
        #expect(retried.status == 1)
        #expect(try read(folder + "/out").split(separator: "\n").count == 42)
      }
    }
  }

  @Test func readsTheKindsAnew() async throws {
    try await withFolder { folder in
      try await withUp(folder) { daemon, address in
        try write("kinds: [nonsense", to: folder + "/muster.yaml")
        daemon.signal(.hangup)
        try await until { daemon.messages.contents.contains("The configuration is not taken") }
        try write(
          UpTests.kinds + "  cube:\n    executor: [sh, -c, \"read n; echo $((n * n * n))\"]\n",
          to: folder + "/muster.yaml")
        daemon.signal(.hangup)
        let cubed = await muster("submit", "--kind", "cube", "--input", "3", "--wait", at: address)
        #expect(cubed.results == "27\n", "\(cubed.messages) \(daemon.messages.contents)")
      }
    }
  }

  @Test func startsWithoutKinds() async throws {
    try await withFolder { folder in
      try write("heartbeat: 5s\n", to: folder + "/muster.yaml")
      try await withUp(folder) { daemon, address in
        #expect(daemon.results.contents.contains("There are no kinds of tasks yet"))
        #expect(await muster("worker", "list", "--output", "quiet", at: address).results.isEmpty)
      }
    }
  }

  @Test func endsAtOnceWhenToldTwice() async throws {
    try await withFolder { folder in
      try await withUp(folder, ["--slots", "1"]) { daemon, address in
        _ = await muster("submit", "--kind", "hold", "--input", "", "--id", "h", at: address)
        while await muster("task", "list", "--state", "running", "--output", "quiet", at: address).results.isEmpty {
          try await Task.sleep(for: .milliseconds(5))
        }
        daemon.signal(.keyboard)
        try await until { daemon.messages.contents.contains("Leaving; a second Ctrl-C or SIGTERM ends at once.") }
        #expect(daemon.quitStatuses.isEmpty)
        daemon.signal(.keyboard)
        try await until { daemon.quitStatuses == [130] }
        // What would have ended the process did not, here: end the task instead.
        _ = await muster("task", "cancel", "h", at: address)
      }
    }
  }

  @Test func refusesABadFile() async throws {
    try await withFolder { folder in
      try write("hartbeat: 5s\n", to: folder + "/muster.yaml")
      let printed = await muster("up", "-c", folder + "/muster.yaml", "--state", folder + "/state")
      #expect(printed.status == 1)
      #expect(printed.messages.hasPrefix("error: \(folder)/muster.yaml:1: hartbeat: "))
      #expect(printed.messages.contains("did you mean 'heartbeat'?"))
    }
  }

  @Test func refusesASecondCoordinatorOnTheStore() async throws {
    try await withFolder { folder in
      try await withUp(folder, ["--workers", "0"]) { _, _ in
        let second = RunningDaemon([
          "up", "-c", folder + "/muster.yaml", "--state", folder + "/state", "--listen", "127.0.0.1:0", "--http",
          "none",
        ])
        #expect(await second.status == 1)
        #expect(second.messages.contents.split(separator: "\n").count == 1, "\(second.messages.contents)")
      }
    }
  }

  @Test func saysThatAPortIsTaken() async throws {
    try await withFolder { folder in
      try await withUp(folder, ["--workers", "0"]) { _, address in
        let second = RunningDaemon([
          "up", "-c", folder + "/muster.yaml", "--state", folder + "/other", "--listen", address.description, "--http",
          "none", "--workers", "1",
        ])
        #expect(await second.status == 1)
        #expect(second.messages.contents.contains("cannot listen on \(address)"), "\(second.messages.contents)")
      }
    }
  }
}
