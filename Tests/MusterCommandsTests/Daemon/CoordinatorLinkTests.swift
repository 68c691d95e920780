import CoordinatorAPI
import Logging
import MusterCore
import StandInCoordinator
import Testing
import WorkerDeployment

@testable import MusterCommands

/// What an autoscaler hears of a coordinator, over a real connection to a stand-in.
@Suite("What an autoscaler hears of a coordinator", .timeLimit(.minutes(1)))
struct CoordinatorLinkTests {
  private func link(_ address: CoordinatorAddress) -> CoordinatorLink {
    CoordinatorLink(
      to: Reconnecting(to: [address], patience: CoordinatorLink.patience),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func stand(queued: UInt64) -> StandInCoordinator {
    let stand = StandInCoordinator()
    stand.queue = .with {
      $0.kinds = [
        .with {
          $0.name = "block"
          $0.queued = queued
          $0.slots = 2
          $0.heldMilliseconds = [0, 1500, .max]
          $0.meanRunNanoseconds = 2_000_000_000
          $0.measured = 7
        },
        .with { $0.name = "new" },
      ]
      $0.workers = [
        .with {
          $0.name = "w"
          $0.tasks = 3
        },
        .with {
          $0.name = "gone"
          $0.draining = true
        },
      ]
    }
    return stand
  }

  /// Asks until there is an answer.
  private func hear(_ link: CoordinatorLink) async throws -> QueueReport {
    while true {
      if let report = try? await link.queue() { return report }
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  @Test("Everything that the coordinator says arrives, and nothing is heard before there is a connection")
  func translated() async throws {
    try await withStandIn(stand(queued: 5)) { _, address in
      let link = link(address)
      let early = await #expect(throws: WorkerDeploymentError.self) { try await link.queue() }
      #expect(early?.message == "the coordinator was not reached yet")
      let running = Task { try await link.run() }
      let report = try await hear(link)
      #expect(report.kinds.map(\.name) == ["block", "new"])
      let block = try #require(report.kinds.first)
      #expect(block.queued == 5 && block.slots == 2)
      #expect(block.ages == [.zero, .milliseconds(1500), .milliseconds(Int64.max)])
      #expect(block.runTime == QueueReport.RunTime(mean: .seconds(2), count: 7))
      #expect(report.kinds.last?.runTime == nil)
      #expect(report.workers == ["w": .init(tasks: 3), "gone": .init(tasks: 0, isDraining: true)])
      running.cancel()
      try await running.value
    }
  }

  @Test("A coordinator that goes is no empty queue; when it is back it is heard again")
  func outage() async throws {
    let address = try await withStandIn { _, address in address }
    let link = link(address)
    let running = Task { try await link.run() }
    // The first connection has to succeed.
    let first = await #expect(throws: APIError.self) { try await running.value }
    #expect(first?.code == .noCoordinator)
    let again = Task {
      try await withTaskCancellationHandler {
        try await link.run()
      } onCancel: {
      }
    }
    _ = await again.result
    let port = address.port
    let second = try await withStandIn(stand(queued: 1), port: port) { _, _ in
      let running = Task { try await link.run() }
      let heard = try await hear(link)
      #expect(heard.kinds.first?.queued == 1)
      return running
    }
    while (try? await link.queue()) != nil { try await Task.sleep(for: .milliseconds(2)) }
    try await withStandIn(stand(queued: 2), port: port) { _, _ in
      let heard = try await hear(link)
      #expect(heard.kinds.first?.queued == 2)
    }
    second.cancel()
    try await second.value
  }

  @Test("A worker that there is none of is an error of its own, and the connection stays")
  func unknownWorker() async throws {
    try await withStandIn(stand(queued: 1)) { _, address in
      let link = link(address)
      let running = Task { try await link.run() }
      _ = try await hear(link)
      await #expect(throws: APIError.self) { try await link.drain("nobody") }
      let report = try await link.queue()
      #expect(report.kinds.first?.queued == 1)
      running.cancel()
      try await running.value
    }
  }
}
