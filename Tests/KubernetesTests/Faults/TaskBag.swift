import Synchronization

/// Tasks that end together.
final class TaskBag: Sendable {
  /// Nil when it is over.
  private let tasks = Mutex<[Task<Void, Never>]?>([])

  /// Begins work; when all is over already, it is cancelled from the first.
  func add(_ work: @escaping @Sendable () async throws -> Void) {
    let task = Task { do { try await work() } catch {} }
    let isOver = tasks.withLock { tasks in
      tasks?.append(task)
      return tasks == nil
    }
    if isOver { task.cancel() }
  }

  /// Cancels all, and returns when they have ended.
  func end() async {
    let all = tasks.withLock { tasks in
      defer { tasks = nil }
      return tasks ?? []
    }
    for task in all { task.cancel() }
    for task in all { await task.value }
  }
}
