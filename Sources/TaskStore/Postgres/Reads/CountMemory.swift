import MusterCore
import Synchronization
import TaskModel

/// Counts of very many tasks, so that counting millions of rows is not the most that the database has to do.
///
/// One that took t is given again for 20 t, at most 10 s: however often somebody asks, about a twentieth of one
/// connection's time goes into it, as long as a count takes under half a second. Fewer tasks than ``few`` are counted
/// every time: where a person can tell that a figure is old, it is not.
final class CountMemory: Sendable {
  struct Figure: Sendable, Hashable {
    let kind: String
    let state: TaskState
    let count: Int
  }

  enum Subject: Sendable, Hashable { case live, final, queued }

  private struct Key: Hashable {
    let subject: Subject
    let store: Int64
  }

  private let known = Mutex<[Key: (figures: [Figure], until: Moment)]>([:])
  private let time: any Timekeeper

  static let longest: Duration = .seconds(10)
  static let few = 50_000

  /// - Parameter time: measures how long a count takes: real time, also where a test moves the store's clock by hand.
  init(time: any Timekeeper = SystemTime()) { self.time = time }

  /// - Parameter store: the number of the store's coordinator.
  func figures(
    _ subject: Subject, of store: Int64, count: @Sendable () async throws -> [Figure]
  ) async throws -> [Figure] {
    let key = Key(subject: subject, store: store)
    let begin = time.moment()
    if let known = known.withLock({ $0[key] }), begin < known.until { return known.figures }
    let figures = try await count()
    let end = time.moment()
    let took = end - begin
    let number = figures.reduce(0) { $0 + $1.count }
    let kept = number < Self.few ? nil : (figures: figures, until: end + min(took * 20, Self.longest))
    known.withLock { $0[key] = kept }
    return figures
  }
}
