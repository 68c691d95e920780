import ServiceLifecycle
import Worker

/// A worker that joins first, if it must.
struct JoiningWorker: Service {
  let join: JoinAtStart
  /// Called when there is a certificate.
  let worker: @Sendable () throws -> WorkerService

  func run() async throws {
    // Nothing runs yet that would have to be finished first.
    let isJoined = try await cancelWhenGracefulShutdown { try await join.run() }
    guard isJoined, !Task.isShuttingDownGracefully else { return }
    let worker = try worker()
    // Ends with this function.
    async let _ = join.watch()
    try await worker.run()
  }
}
