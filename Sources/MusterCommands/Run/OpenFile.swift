import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file or standard input, open for reading.
final class OpenFile: Sendable {
  /// For messages: `'inputs.jsonl'`, `standard input`.
  let name: String
  private let descriptor: Int32
  private let isOwned: Bool

  /// - Parameter path: `-` is standard input.
  /// - Throws: ``CommandError`` (`unreadable_file`).
  init(reading path: String) throws {
    isOwned = path != "-"
    name = isOwned ? "'\(path)'" : "standard input"
    descriptor = isOwned ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO
    if descriptor < 0 { throw InputFile.failure(name, errno) }
  }

  deinit { if isOwned { close(descriptor) } }

  /// Waits for bytes without holding up anybody else. Empty at the end.
  ///
  /// - Throws: ``CommandError`` (`unreadable_file`), or `CancellationError` as soon as the task is cancelled: a pipe may stay
  ///   silent for ever.
  func read(upTo count: Int) async throws -> [UInt8] {
    let answer = Answer()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard answer.wait(continuation) else { return }
        DispatchQueue.global().async { answer.give(Result { try self.readNow(count) }) }
      }
    } onCancel: {
      answer.give(.failure(CancellationError()))
    }
  }

  private func readNow(_ count: Int) throws -> [UInt8] {
    while true {
      var problem: Int32 = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        let got = systemRead(descriptor, buffer.baseAddress, buffer.count)
        problem = got < 0 ? errno : 0
        filled = max(got, 0)
      }
      if problem == 0 { return bytes }
      if problem != EINTR { throw InputFile.failure(name, problem) }
    }
  }

  /// One answer for one who waits, whichever comes first: bytes or a cancellation.
  private final class Answer: Sendable {
    private enum State {
      case new, over
      case waiting(CheckedContinuation<[UInt8], any Error>)
    }
    private let state = Mutex(State.new)

    /// False if it is over already; the continuation is answered then.
    func wait(_ continuation: CheckedContinuation<[UInt8], any Error>) -> Bool {
      let isNew = state.withLock { state in
        guard case .new = state else { return false }
        state = .waiting(continuation)
        return true
      }
      if !isNew { continuation.resume(throwing: CancellationError()) }
      return isNew
    }

    func give(_ result: Result<[UInt8], any Error>) {
      let waiter: CheckedContinuation<[UInt8], any Error>? = state.withLock { state in
        defer { state = .over }
        guard case .waiting(let continuation) = state else { return nil }
        return continuation
      }
      waiter?.resume(with: result)
    }
  }
}
