import MusterCore
import Testing

@testable import TaskModel

struct BackoffTests {
  @Test func growsByItsFactorUpToItsLimit() {
    let backoff = Backoff(initial: .seconds(1), factor: 2, limit: .seconds(60))
    let delays = (1...8).map { backoff.delay(afterFailures: $0) }
    #expect(delays == [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) })
  }

  @Test func staysFiniteForAnyCount() {
    let backoff = Backoff(initial: .milliseconds(1), factor: 1e300, limit: .seconds(86_400))
    #expect(backoff.delay(afterFailures: .max) == .seconds(86_400))
    #expect(Backoff(initial: .seconds(3), factor: 1, limit: .seconds(60)).delay(afterFailures: 65_535) == .seconds(3))
    #expect(Backoff(initial: .zero).delay(afterFailures: 65_535) == .zero)
  }

  @Test func noFailureCountsAsOne() {
    #expect(Backoff().delay(afterFailures: 0) == .seconds(1))
    #expect(Backoff().delay(afterFailures: -5) == .seconds(1))
  }

  @Test func neverExceedsTheLimitAtOnce() {
    #expect(Backoff(initial: .seconds(90), factor: 2, limit: .seconds(60)).delay(afterFailures: 1) == .seconds(60))
  }
}
