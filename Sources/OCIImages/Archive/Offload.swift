import NIOPosix
import Synchronization

/// Runs what blocks or computes for long on threads that may.
enum Offload {
  /// Whether the one who waits has gone; the work looks at it between its pieces.
  final class Cancellation: Sendable {
    private let state = Mutex(false)

    var isCancelled: Bool { state.withLock { $0 } }
    func cancel() { state.withLock { $0 = true } }

    func check() throws(OCIError) {
      if isCancelled { throw OCIError(.file, "the work was cancelled") }
    }
  }

  /// - Throws: what `work` throws; `CancellationError` if the task was cancelled and the work ended for it.
  static func run<Value: Sendable>(_ work: @escaping @Sendable (Cancellation) throws -> Value) async throws -> Value {
    let cancellation = Cancellation()
    try Task.checkCancellation()
    do {
      return try await withTaskCancellationHandler {
        try await NIOThreadPool.singleton.runIfActive { try work(cancellation) }
      } onCancel: {
        cancellation.cancel()
      }
    } catch {
      try Task.checkCancellation()
      throw error
    }
  }
}
