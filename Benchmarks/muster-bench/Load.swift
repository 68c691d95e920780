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

/// Submits `count` tasks in batches from `streams` callers a coordinator, the same share to each; returns when all are
/// acknowledged.
@discardableResult
func submit(
  _ count: Int, to addresses: [CoordinatorAddress], as security: BenchSecurity? = nil, streams: Int = 4,
  batch: Int = 1000, inputSize: Int = 0
) async throws -> Duration {
  let begin = ContinuousClock.now
  try await withThrowingTaskGroup(of: Void.self) { group in
    for (index, address) in addresses.enumerated() {
      let share = share(of: count, for: index, among: addresses.count)
      group.addTask {
        try await withCoordinator(at: [address], security: { security?.people($0) ?? .plaintext }) { client in
          try await submit(share, by: client.calls, streams: streams, batch: batch, inputSize: inputSize)
        }
      }
    }
    try await group.waitForAll()
  }
  return ContinuousClock.now - begin
}

private func submit(
  _ count: Int, by calls: any Muster_V1_Muster.ClientProtocol, streams: Int, batch: Int, inputSize: Int
) async throws {
  try await withThrowingTaskGroup(of: Void.self) { group in
    for stream in 0..<streams {
      let share = share(of: count, for: stream, among: streams)
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
}

private func share(of count: Int, for index: Int, among parts: Int) -> Int {
  count / parts + (index < count % parts ? 1 : 0)
}

/// Runs workers that do nothing at once, in this process, until `body` returns; spread over the coordinators.
@discardableResult
func withNoopWorkers<R: Sendable>(
  _ count: Int, at addresses: [CoordinatorAddress], slots: Int, as security: BenchSecurity? = nil,
  _ body: @Sendable @escaping () async throws -> R
) async throws -> R {
  var logger = Logger(label: "bench")
  // A coordinator may not have noticed yet that the workers of the measurement before have left.
  let batch = UUID().uuidString.prefix(8)
  logger.logLevel = .error
  return try await withThrowingTaskGroup(of: R?.self) { group in
    for index in 0..<count {
      var configuration = WorkerConfiguration(
        name: "bench-\(batch)-\(index)", addresses: [addresses[index % addresses.count]],
        kinds: [.init(name: "noop")], slots: slots)
      let own = try security?.worker(configuration.name) ?? .plaintext
      configuration.security = { _ in own }
      let service = try WorkerService(
        configuration: configuration,
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

/// Waits until this many tasks are done since the coordinators' start, by their metrics; returns what was seen, and when.
@discardableResult
func waitForDone(
  _ count: Int, at metrics: [Metrics], every pause: Duration = .milliseconds(10)
) async throws -> (count: Int, moment: ContinuousClock.Instant) {
  var answered = ContinuousClock.now
  while true {
    do {
      var done = 0
      for each in metrics { done += try await each.done() }
      answered = .now
      if done >= count { return (done, answered) }
    } catch is BenchError where ContinuousClock.now - answered < .seconds(30) {
      // One that is just being started does not answer yet; one that died never will.
    }
    try await Task.sleep(for: pause)
  }
}
