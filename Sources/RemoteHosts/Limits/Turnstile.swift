import Synchronization

/// Lets so many through at once; the others wait in the order in which they came.
public final class Turnstile: Sendable {
  private struct State {
    var free: Int
    var queue: [(ticket: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
    var nextTicket: UInt64 = 0
  }
  private let state: Mutex<State>
  /// How many are let through at once.
  public let places: Int

  /// - Parameter places: at least 1; less counts as 1.
  public init(places: Int) {
    self.places = max(1, places)
    state = Mutex(State(free: max(1, places)))
  }

  /// Runs `body` on one of the places, when one is free.
  ///
  /// - Throws: `CancellationError` if the task is cancelled while it waits, and what `body` throws.
  public func pass<Result: Sendable>(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
  ) async throws -> Result {
    try await enter()
    defer { leave() }
    return try await body()
  }

  private func enter() async throws {
    let ticket = state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let outcome: Result<Void, any Error>? = state.withLock { state in
          if Task.isCancelled { return .failure(CancellationError()) }
          if state.free > 0 {
            state.free -= 1
            return .success(())
          }
          state.queue.append((ticket, continuation))
          return nil
        }
        if let outcome { continuation.resume(with: outcome) }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        state.queue.firstIndex { $0.ticket == ticket }.map { state.queue.remove(at: $0) }
      }
      waiter?.continuation.resume(throwing: CancellationError())
    }
  }

  private func leave() {
    let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
      guard !state.queue.isEmpty else {
        state.free += 1
        return nil
      }
      return state.queue.removeFirst().continuation
    }
    next?.resume()
  }
}
