extension Task where Failure == any Error {
  /// What the task comes to; the task is left to itself when the caller is cancelled.
  ///
  /// - Throws: the task's error; `CancellationError` as soon as the caller is cancelled.
  func valueUnlessCancelled() async throws -> Success {
    let (results, continuation) = AsyncThrowingStream.makeStream(of: Success.self)
    let waiter = Task<Void, Never> {
      do {
        continuation.yield(try await value)
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    defer { waiter.cancel() }
    // Reading from a stream ends with its reader, which waiting for a task does not.
    for try await result in results { return result }
    throw Swift.CancellationError()
  }
}
