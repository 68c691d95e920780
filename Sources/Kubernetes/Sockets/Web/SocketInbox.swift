import NIOCore
import Synchronization

/// Messages that came and were not read yet. One reader at a time.
final class SocketInbox: Sendable {
  private struct State {
    var messages: [ByteBuffer] = []
    var first = 0
    var bytes = 0
    var end: Result<Void, any Error>?
    var reader: CheckedContinuation<ByteBuffer?, any Error>?
    var isPaused = false
  }

  /// So many bytes may wait; then the connection is read no further.
  static let limit = 1 << 20

  private let state = Mutex(State())

  /// After the end it forgets what comes: nobody reads it, and it would fill the memory.
  func put(_ message: ByteBuffer) {
    let reader = state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
      guard state.end == nil else { return nil }
      if let reader = state.reader {
        state.reader = nil
        return reader
      }
      state.messages.append(message)
      // Empty messages count too, so that they cannot come without end.
      state.bytes += message.readableBytes + 64
      return nil
    }
    reader?.resume(returning: message)
  }

  /// The first end counts. What came before it is still read.
  func finish(_ end: Result<Void, any Error>) {
    let reader = state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
      guard state.end == nil else { return nil }
      state.end = end
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume(with: end.map { nil })
  }

  /// Ends for a reader who wants no more: what was not read yet is forgotten.
  func abandon() {
    finish(.success(()))
    state.withLock { state in
      state.messages = []
      state.first = 0
      state.bytes = 0
    }
  }

  /// Whether the connection should be read on. When not, ``take(resume:)`` says when.
  func wantsMore() -> Bool {
    state.withLock { state in
      state.isPaused = state.bytes >= Self.limit
      return !state.isPaused
    }
  }

  /// Whether the connection is not read until a reader makes room.
  var isPaused: Bool { state.withLock { $0.isPaused } }

  /// - Parameter resume: called when there is room again after there was none.
  func take(resume: () -> Void) async throws -> ByteBuffer? {
    try Task.checkCancellation()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<ByteBuffer?, any Error>) in
        let (answer, resumes): (Result<ByteBuffer?, any Error>?, Bool) = state.withLock { state in
          if state.first < state.messages.count {
            let message = state.messages[state.first]
            state.first += 1
            state.bytes -= message.readableBytes + 64
            if state.first == state.messages.count {
              state.messages.removeAll(keepingCapacity: true)
              state.first = 0
            }
            let resumes = state.isPaused && state.bytes < Self.limit / 2
            if resumes { state.isPaused = false }
            return (.success(message), resumes)
          }
          if let end = state.end { return (end.map { nil }, false) }
          if Task.isCancelled { return (.failure(CancellationError()), false) }
          guard state.reader == nil else {
            return (
              .failure(
                KubernetesError(.badValue, "a WebSocket is read by two tasks at once; let one of them read")), false
            )
          }
          state.reader = continuation
          return (nil, false)
        }
        if resumes { resume() }
        if let answer { continuation.resume(with: answer) }
      }
    } onCancel: {
      let reader = state.withLock { state in
        defer { state.reader = nil }
        return state.reader
      }
      reader?.resume(throwing: CancellationError())
    }
  }
}
