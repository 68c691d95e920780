/// What `status --watch` is told: how the workers are, and what was changed behind Muster's back.
public enum WorkersNews: Sendable {
  case situation(WorkersSituation)
  case drift(DriftReport)

  /// Both as they come, until the task is cancelled.
  ///
  /// A reader that is slow misses no kind of news, and of each gets every one.
  /// - Throws: when it is read: as ``WorkersWatch/situations()``.
  public static func all(_ watch: WorkersWatch, _ drift: DriftWatch) -> AsyncThrowingStream<WorkersNews, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        do {
          try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
              for try await situation in watch.situations() { continuation.yield(.situation(situation)) }
            }
            group.addTask { try await drift.follow { continuation.yield(.drift($0)) } }
            for try await _ in group { group.cancelAll() }
          }
          continuation.finish()
        } catch is CancellationError {
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
