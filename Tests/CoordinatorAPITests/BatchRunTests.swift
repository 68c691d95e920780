import Foundation
import MusterCore
import StandInCoordinator
import Testing

@testable import CoordinatorAPI

/// Numbered items, some at a time.
struct CountedSource: BatchSource {
  var next: UInt64 = 1
  let count: UInt64
  var input: @Sendable (UInt64) -> Data = { Data("\($0)".utf8) }

  mutating func next(_ limit: Int) async throws -> [BatchItem]? {
    guard next <= count else { return nil }
    let last = min(count, next + UInt64(limit) - 1)
    defer { next = last + 1 }
    return (next...last).map { BatchItem(line: $0, id: "i\($0)", input: input($0)) }
  }
}

@Suite(.timeLimit(.minutes(1))) struct BatchRunTests {
  private static let square: StandInCoordinator.Executor = { spec in
    let number = Int(String(decoding: spec.input, as: UTF8.self)) ?? 0
    if number % 100 == 13 { return .failed("unlucky") }
    return .done("\(number * number)")
  }
  private let template = Muster_V1_TaskSpec.with { $0.kind = "square" }

  private func outcomes(
    _ count: UInt64, at address: CoordinatorAddress, limits: BatchLimits = BatchLimits(),
    outages: Guarded<Int> = Guarded(0)
  ) async throws -> [BatchOutcome] {
    let recorded = Guarded<[BatchOutcome]>([])
    let run = BatchRun(template: template, reconnecting: Reconnecting(to: [address]), limits: limits) { outcomes in
      recorded.with { $0 += outcomes }
    }
    try await run.run(CountedSource(count: count)) { _ in outages.with { $0 += 1 } }
    let progress = await run.progress
    #expect(progress.ended == recorded.value.count)
    #expect(progress.accepted == 0 && progress.waiting == 0)
    return recorded.value
  }

  @Test func bringsEveryItemToItsEnd() async throws {
    try await withStandIn(StandInCoordinator(executor: BatchRunTests.square)) { coordinator, address in
      let outcomes = try await outcomes(2500, at: address)
      #expect(Set(outcomes.map(\.line)) == Set(1...2500))
      #expect(outcomes.count == 2500)
      #expect(outcomes.filter { $0.state == .failed }.count == 25)
      #expect(outcomes.first { $0.line == 12 }?.result == Data("144".utf8))
      #expect(outcomes.first { $0.line == 13 }?.error == "unlucky")
      #expect(coordinator.largestRequest <= BatchLimits().messageItems)
    }
  }

  @Test func neverHasMoreInFlightThanItMay() async throws {
    var limits = BatchLimits()
    limits.unfinished = 20
    limits.messageItems = 7
    let bounded = limits
    try await withStandIn { coordinator, address in
      let recorded = Guarded(0)
      let run = BatchRun(template: template, reconnecting: Reconnecting(to: [address]), limits: bounded) { outcomes in
        recorded.with { $0 += outcomes.count }
      }
      async let done: Void = run.run(CountedSource(count: 50))
      for number in 1...50 {
        try await until { coordinator.tasks.count >= number }
        #expect(coordinator.tasks.count <= recorded.value + 20)
        coordinator.end("i\(number)", as: .done("x"))
        try await until { recorded.value >= number }
      }
      try await done
    }
  }

  @Test(arguments: [0, 1, 700, 1499])
  func goesOnAfterACutStream(after ends: Int) async throws {
    try await withStandIn(StandInCoordinator(executor: BatchRunTests.square)) { coordinator, address in
      coordinator.cut(afterEnds: ends)
      let outages = Guarded(0)
      let outcomes = try await outcomes(1500, at: address, outages: outages)
      #expect(outcomes.count == 1500)
      #expect(Set(outcomes.map(\.id)).count == 1500)
      #expect(coordinator.tasks.count == 1500)
      #expect(outages.value == 1)
    }
  }

  @Test func goesOnWithARestartedCoordinator() async throws {
    let coordinator = StandInCoordinator()
    let port = Guarded(0)
    let recorded = Guarded<[String]>([])
    let template = template
    let run = Guarded<Task<Void, any Error>?>(nil)
    try await withStandIn(coordinator) { coordinator, address in
      port.with { $0 = address.port }
      run.with { task in
        task = Task {
          let run = BatchRun(template: template, reconnecting: Reconnecting(to: [address])) { outcomes in
            recorded.with { $0 += outcomes.map(\.id) }
          }
          try await run.run(CountedSource(count: 30))
        }
      }
      try await until { coordinator.tasks.count == 30 }
      coordinator.end("i1", as: .done("1"))
      try await until { recorded.value == ["i1"] }
    }
    for number in 2...30 { coordinator.end("i\(number)", as: .done("x")) }
    try await withStandIn(coordinator, port: port.value) { _, _ in
      try await run.value?.value
    }
    #expect(recorded.value.count == 30)
    #expect(Set(recorded.value).count == 30)
  }

  @Test func fetchesLargeResults() async throws {
    let large = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0) })
    let stand = StandInCoordinator { spec in .done(spec.input == Data("2".utf8) ? large : Data("small".utf8)) }
    try await withStandIn(stand) { _, address in
      let outcomes = try await outcomes(3, at: address)
      #expect(outcomes.first { $0.line == 2 }?.result == large)
      #expect(outcomes.first { $0.line == 3 }?.result == Data("small".utf8))
    }
  }

  @Test func reportsRejectedItems() async throws {
    try await withStandIn { _, address in
      let recorded = Guarded<[BatchOutcome]>([])
      let run = BatchRun(template: .with { $0.kind = "unknown" }, reconnecting: Reconnecting(to: [address])) {
        outcomes in
        recorded.with { $0 += outcomes }
      }
      try await run.run(CountedSource(count: 2))
      #expect(recorded.value.map(\.state) == [.rejected, .rejected])
      #expect(recorded.value.first?.problem == "unknown_kind")
      #expect(await run.progress.unsuccessful == 2)
    }
  }

  @Test func failsAtOnceWithoutACoordinator() async throws {
    let address = try await withStandIn { _, address in address }
    let error = await #expect(throws: APIError.self) { try await outcomes(3, at: address) }
    #expect(error?.code == .noCoordinator)
  }

  @Test func endsWithTheErrorOfItsRecord() async throws {
    struct DiskFull: Error {}
    try await withStandIn(StandInCoordinator(executor: BatchRunTests.square)) { _, address in
      let run = BatchRun(template: template, reconnecting: Reconnecting(to: [address])) { _ in throw DiskFull() }
      await #expect(throws: DiskFull.self) { try await run.run(CountedSource(count: 5)) }
      #expect(await run.unfinished.count == 5)
    }
  }

  @Test func leavesTheTasksWhenCancelled() async throws {
    try await withStandIn { coordinator, address in
      let run = BatchRun(template: template, reconnecting: Reconnecting(to: [address])) { _ in }
      let task = Task { try await run.run(CountedSource(count: 5)) }
      try await until { coordinator.tasks.count == 5 }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(coordinator.tasks.allSatisfy { $0.end == nil })
      #expect(await run.unfinished == ["i1", "i2", "i3", "i4", "i5"])
      try await until { coordinator.followers == 0 }
    }
  }
}

/// Waits for something that happens soon; the suite's time limit ends it otherwise.
func until(_ condition: @Sendable () -> Bool) async throws {
  while !condition() { try await Task.sleep(for: .milliseconds(2)) }
}
