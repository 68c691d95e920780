import MusterCore
import Synchronization

/// One connection to a database, with a thread of its own, because libpq's calls wait.
///
/// What is asked of it is done in order, one thing at a time. It does not reconnect: when it is lost, everything fails
/// with an error whose `isConnectionLost` is true; open another.
public final class PostgresConnection: Sendable {
  private let link: ConnectionLink
  private let mailbox: Mailbox

  private init(_ link: ConnectionLink, _ mailbox: Mailbox) {
    self.link = link
    self.mailbox = mailbox
  }

  deinit { mailbox.close() }

  /// Connects.
  ///
  /// - Parameter name: what the server's administrators see (`application_name`), unless the target or the environment
  ///   gives one.
  /// - Throws: ``PostgresError`` with `connect` and libpq's reason; `CancellationError` as soon as the task is cancelled.
  public static func open(_ target: PostgresTarget, name: String) async throws -> PostgresConnection {
    try Task.checkCancellation()
    let opening = Opening()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        opening.begin(continuation)
        do throws(PostgresError) {
          try startThread { run(target, name, opening) }
        } catch {
          opening.end(.failure(error))
        }
      }
    } onCancel: {
      opening.end(.failure(CancellationError()))
    }
  }

  /// Whether the connection was neither closed nor found to be lost.
  public var isOpen: Bool { link.isOpen }

  /// Does something with the connection, on its thread.
  ///
  /// If `body` throws within a transaction, the transaction is rolled back. Not interrupted by the task's cancellation:
  /// what was begun is finished.
  public func perform<R: Sendable>(_ body: @escaping @Sendable (PostgresSession) throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
      let accepted = mailbox.post { session in
        continuation.resume(with: Result { try session.perform(body) })
      }
      if !accepted { continuation.resume(throwing: PostgresError.connectionClosed) }
    }
  }

  /// Does what was asked for before, then takes leave of the server.
  public func close() async {
    mailbox.close()
    await mailbox.waitForEnd()
  }

  /// Cuts the connection, from any thread: what waits for the server fails at once with `isConnectionLost`.
  ///
  /// Whether a statement that was under way took effect is not known then.
  public func interrupt() { link.shutDown() }

  private static func run(_ target: PostgresTarget, _ name: String, _ opening: Opening) {
    let link = ConnectionLink()
    let mailbox = Mailbox()
    defer { mailbox.ended() }
    do throws(PostgresError) {
      let session = try PostgresSession(target, name: name, link)
      defer { session.finish() }
      // If nobody waits for it any more, this is its only reference, and the box is closed at once.
      opening.end(.success(PostgresConnection(link, mailbox)))
      while let jobs = mailbox.next() {
        for job in jobs { job(session) }
      }
    } catch {
      opening.end(.failure(error))
    }
  }

  /// Who waits for a connection; answered once.
  private final class Opening: Sendable {
    private enum State {
      case new, answered
      case waiting(CheckedContinuation<PostgresConnection, any Error>)
      case early(any Error)
    }
    private let state = Mutex(State.new)

    func begin(_ continuation: CheckedContinuation<PostgresConnection, any Error>) {
      let early: (any Error)? = state.withLock { state in
        if case .early(let error) = state {
          state = .answered
          return error
        }
        state = .waiting(continuation)
        return nil
      }
      if let early { continuation.resume(throwing: early) }
    }

    func end(_ result: Result<PostgresConnection, any Error>) {
      let waiter: CheckedContinuation<PostgresConnection, any Error>? = state.withLock { state in
        switch state {
        case .waiting(let continuation):
          state = .answered
          return continuation
        case .new:
          // Cancelled before it began.
          if case .failure(let error) = result { state = .early(error) }
          return nil
        case .early, .answered: return nil
        }
      }
      waiter?.resume(with: result)
    }
  }
}
