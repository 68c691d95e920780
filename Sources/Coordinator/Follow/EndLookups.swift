import MusterCore
import TaskModel
import TaskStore

/// Looks up the ends of followed tasks that other coordinators committed: only those of its own reach a coordinator as
/// signals of a shared store.
struct EndLookups: Sendable {
  let context: CoordinatorContext

  /// Tasks in one look.
  static let chunk = 2000
  private static let pace: Duration = .milliseconds(200)
  private static let shortestPause: Duration = .milliseconds(20)

  func run() async {
    var healthy = true
    while !Task.isCancelled {
      var pause = Self.pace
      let ids = context.followers.sample(Self.chunk)
      if !ids.isEmpty {
        let start = context.time.moment()
        do {
          let ends = try await context.store.ends(of: ids).values.compactMap { $0 }
          context.followers.announce(ends)
          healthy = true
          // Where many end elsewhere, many are followed: then more often, for at most a tenth of the time.
          if !ends.isEmpty { pause = min(max((context.time.moment() - start) * 9, Self.shortestPause), Self.pace) }
        } catch {
          if Task.isCancelled { return }
          if healthy { context.logger.error("who follows tasks waits for the store: \(error)") }
          healthy = false
        }
      }
      do { try await context.time.sleep(for: pause) } catch { return }
    }
  }
}
