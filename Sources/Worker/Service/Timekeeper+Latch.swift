import MusterCore

extension Timekeeper {
  /// Sleeps, but not past the opening of `latch`.
  func sleep(for duration: Duration, orUntil latch: Latch?) async throws {
    guard let latch else { return try await sleep(for: duration) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await self.sleep(for: duration) }
      group.addTask { await latch.wait() }
      try await group.next()
      // Neither says that it was cancelled.
      try Task.checkCancellation()
    }
  }
}
