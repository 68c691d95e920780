import CoordinatorAPI
import Logging
import MusterCore
import ServiceLifecycle
import Synchronization
import WorkerDeployment

/// The coordinator that an autoscaler hears, however often the connection breaks.
///
/// While there is none, every question throws: nothing is decided on what was heard before.
final class CoordinatorLink: Service, AutoscaleObserver {
  /// For ever: the numbers stay meanwhile, and somebody sees in the log why.
  static let patience: Duration = .seconds(10 * 365 * 86_400)

  private struct State {
    var client: CoordinatorClient?
    /// Why there is no client; told whoever asks.
    var problem = "the coordinator was not reached yet"
    var broken: (@Sendable (APIError) -> Void)?
  }

  private let reconnecting: Reconnecting
  private let logger: Logger
  private let state = Mutex(State())

  init(to reconnecting: Reconnecting, logger: Logger) {
    self.reconnecting = reconnecting
    self.logger = logger
  }

  /// Keeps a connection until the task is cancelled or the group shuts down.
  ///
  /// - Throws: ``APIError`` if there is nobody at the beginning, and for what does not pass by itself.
  func run() async throws {
    do {
      try await cancelWhenGracefulShutdown { [self] in
        try await reconnecting.run(outage: lost) { client in try await serve(client) }
      }
    } catch is CancellationError {
      return
    }
  }

  /// The questions go to `client` until it breaks.
  private func serve(_ client: CoordinatorClient) async throws {
    let (ends, end) = AsyncStream.makeStream(of: APIError.self)
    state.withLock { state in
      state.client = client
      state.broken = { end.yield($0) }
    }
    logger.info("connected to the coordinator", metadata: ["coordinator": "\(client.address)"])
    defer {
      state.withLock { state in
        state.client = nil
        state.broken = nil
      }
    }
    for await error in ends { throw error }
    throw CancellationError()
  }

  private func lost(_ error: APIError) {
    logger.warning("the coordinator is looked for again", metadata: ["error": "\(error.message)"])
  }

  func queue() async throws -> QueueReport { try await ask { try await $0.queue() } }

  func drain(_ worker: String) async throws -> Int { try await ask { try await $0.drain(worker) } }

  private func ask<Answer: Sendable>(
    _ question: (ConnectedCoordinator) async throws -> Answer
  ) async throws -> Answer {
    let (client, problem) = state.withLock { ($0.client, $0.problem) }
    guard let client else { throw WorkerDeploymentError(.notReady, problem) }
    do {
      return try await question(ConnectedCoordinator(client: client))
    } catch let error as APIError {
      // An answer about one worker says nothing of the connection.
      if error.isPassing || error.code == .denied || error.code == .notMuster {
        let broken = state.withLock { state in
          state.problem = error.message
          return state.broken
        }
        broken?(error)
      }
      throw error
    }
  }
}
