import MusterCore
import Synchronization
import TaskStore

/// How long the latest tasks of a kind ran, as it was a moment ago: it changes slowly, and whoever scales by it asks often.
final class LatestRunTimes: Sendable {
  /// So many of the latest tasks are measured.
  private static let measured = 100

  private let store: any TaskStore
  private let time: any Timekeeper
  private let known = Mutex<[String: (mean: Duration, count: Int, at: Moment)]>([:])

  init(store: any TaskStore, time: any Timekeeper) {
    self.store = store
    self.time = time
  }

  /// Up to 30 s old.
  ///
  /// - Returns: with a count of 0 when none is done.
  func mean(of kind: String) async throws -> (mean: Duration, count: Int) {
    let now = time.moment()
    if let found = known.withLock({ $0[kind] }), now - found.at < .seconds(30) { return (found.mean, found.count) }
    let done = try await store.latestRunTimes(ofKind: kind, limit: Self.measured)
    let sum = done.reduce(0.0) { $0 + Double($1) / 1e9 }
    let mean = Duration.seconds(sum / Double(max(done.count, 1)))
    known.withLock { known in
      // Who may ask could ask for any number of kinds that are not there.
      if known.count >= 1000 { known = [:] }
      known[kind] = (mean, done.count, now)
    }
    return (mean, done.count)
  }
}
