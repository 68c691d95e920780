import MusterCore
import TaskStore

/// Deletes final tasks that were kept long enough, a bounded number at a time.
struct Retention: Sendable {
  let context: CoordinatorContext

  private static let pace: Duration = .seconds(10)
  /// Between two rounds while more is due: tasks may end faster than one round in ``pace`` could delete them.
  private static let shortPause: Duration = .seconds(1)
  /// Tasks in one transaction.
  static let limit = 1000
  /// However many are due, others get the store between.
  private static let longestRound: Duration = .seconds(1)

  func run() async {
    var healthy = true
    while !Task.isCancelled {
      var pause = Self.pace
      do {
        if try await round() { pause = Self.shortPause }
        healthy = true
      } catch {
        if Task.isCancelled { return }
        if healthy { context.logger.error("the deletion of old tasks waits for the store: \(error)") }
        healthy = false
      }
      do { try await context.time.sleep(for: pause) } catch { return }
    }
  }

  /// Goes on while as many were due as may go at once.
  ///
  /// - Returns: whether it stopped for the time that it took.
  private func round() async throws -> Bool {
    let end = context.time.moment() + Self.longestRound
    while try await context.store.expire(limit: Self.limit) == Self.limit {
      if context.time.moment() >= end { return true }
      try Task.checkCancellation()
      await Task.yield()
    }
    return false
  }
}
