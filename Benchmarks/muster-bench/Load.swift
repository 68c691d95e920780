import CoordinatorAPI
import Foundation
import Logging
import Worker

/// Specs of no-op tasks.
func noopTasks(_ count: Int, kind: String = "noop", inputSize: Int = 0) -> [Muster_V1_TaskSpec] {
  let input = Data(repeating: 0x78, count: inputSize)
  return (0..<count).map { _ in
    .with {
      $0.kind = kind
      $0.input = input
    }
  }
}

/// Submits `count` tasks in batches of 1,000 from `streams` callers; returns when all are acknowledged.
func submit(_ count: Int, to address: CoordinatorAddress, streams: Int = 4, batch: Int = 1000, inputSize: Int = 0)
  async throws -> Duration
{
  let clock = ContinuousClock()
  return try await withCoordinator(at: [address]) { client in
    let begin = clock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      for stream in 0..<streams {
        let share = count / streams + (stream < count % streams ? 1 : 0)
        let calls = client.calls
        group.addTask {
          var left = share
          while left > 0 {
            let size = min(left, batch)
            let answer = try await calls.submitTasks(.with { $0.tasks = noopTasks(size, inputSize: inputSize) })
            guard answer.answers.allSatisfy({ !$0.hasProblem }) else { throw BenchError("a submission was refused") }
            left -= size
          }
        }
      }
      try await group.waitForAll()
    }
    return clock.now - begin
  }
}

/// Runs workers that do nothing at once, in this process, until `body` returns; spread over the coordinators.
func withNoopWorkers<R: Sendable>(
  _ count: Int, at addresses: CoordinatorAddress..., slots: Int, _ body: @Sendable @escaping () async throws -> R
) async throws -> R {
  var logger = Logger(label: "bench")
  logger.logLevel = .error
  return try await withThrowingTaskGroup(of: R?.self) { group in
    for index in 0..<count {
      let service = try WorkerService(
        configuration: WorkerConfiguration(
          name: "bench-\(index)", addresses: [addresses[index % addresses.count]], kinds: [.init(name: "noop")],
          slots: slots),
        runner: NoopRunner(), logger: logger)
      group.addTask {
        try await service.run()
        return nil
      }
    }
    group.addTask { try await body() }
    for try await result in group {
      guard let result else { continue }
      group.cancelAll()
      return result
    }
    throw BenchError("the workers ended before the measurement")
  }
}

/// Waits until this many tasks are done since the coordinators' start, by their metrics; returns when the last was seen.
func waitForDone(_ count: Int, at metrics: Metrics...) async throws {
  var answered = ContinuousClock.now
  while true {
    do {
      var done = 0
      for each in metrics { done += try await each.done() }
      if done >= count { return }
      answered = .now
    } catch is BenchError where ContinuousClock.now - answered < .seconds(30) {
      // One that is just being started does not answer yet; one that died never will.
    }
    try await Task.sleep(for: .milliseconds(10))
  }
}
