import GRPCCore
import MusterCore
import StandInCoordinator
import Testing

@testable import CoordinatorAPI

@Suite(.timeLimit(.minutes(1))) struct ReconnectingTests {
  private static let away = APIError.noCoordinator(at: [.standard])
  private static let broken = APIError(.connectionLost, "broke")

  @Test func waitsLongerEachTimeAndGivesUp() async throws {
    let time = ManualTime()
    let attempts = Guarded(0)
    let client = try client
    let reconnecting = Reconnecting(
      connect: { body in
        let number = attempts.with { count in
          count += 1
          return count
        }
        if number > 1 { throw ReconnectingTests.away }
        try await body(client)
      }, time: time, patience: .seconds(20))
    let outages = Guarded(0)
    let task = Task {
      try await reconnecting.run(outage: { _ in outages.with { $0 += 1 } }) { _ in throw ReconnectingTests.broken }
    }
    for (number, pause) in [200, 400, 800, 1600, 3200, 5000, 5000].enumerated() {
      try await until { time.sleeperCount == 1 }
      #expect(attempts.value == number + 1)
      time.advance(by: .milliseconds(pause - 1))
      #expect(time.sleeperCount == 1)
      time.advance(by: .milliseconds(1))
      try await until { attempts.value == number + 2 }
    }
    try await until { time.sleeperCount == 1 }
    time.advance(by: .seconds(5))
    let error = await #expect(throws: APIError.self) { try await task.value }
    #expect(error?.code == .noCoordinator)
    #expect(outages.value == 1)
  }

  @Test func doesNotRepeatWhatDoesNotPass() async throws {
    let client = try client
    let reconnecting = Reconnecting(connect: { body in try await body(client) }, time: ManualTime())
    let error = await #expect(throws: APIError.self) {
      try await reconnecting.run { _ in throw APIError(.overLimit, "too large") }
    }
    #expect(error?.code == .overLimit)
  }

  @Test func failsAtOnceWhenNobodyWasEverThere() async throws {
    let reconnecting = Reconnecting(connect: { _ in throw ReconnectingTests.away }, time: ManualTime())
    await #expect(throws: APIError.self) { try await reconnecting.run { _ in } }
  }

  /// A client whose calls nobody makes.
  private var client: CoordinatorClient {
    get throws {
      let transport = try CoordinatorTransport.make(to: .standard)
      return CoordinatorClient(calls: Muster_V1_Muster.Client(wrapping: GRPCClient(transport: transport)))
    }
  }
}
