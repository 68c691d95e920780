/// A store that is read, from one moment on without a change.
protocol TransferSource: Sendable {
  /// The store's id, which goes along with its tasks.
  func id() async throws -> String
  /// The next rows of a part, in order; none at its end.
  func rows(_ part: TransferPart, after cursor: TransferCursor) async throws -> [TransferRow]
  /// Lets go of the store.
  func close() async
}

/// An empty store that is filled. Nobody sees anything of it before ``complete()``.
protocol TransferTarget: Sendable {
  /// Makes it the store of that id.
  func take(id: String) async throws
  func write(_ rows: [TransferRow], of part: TransferPart) async throws
  /// What was written, read as a ``TransferSource`` reads.
  func rows(_ part: TransferPart, after cursor: TransferCursor) async throws -> [TransferRow]
  /// All is there: makes it the store, durably.
  func complete() async throws
  /// Lets go of the store; before ``complete()``, takes back what was written.
  func close() async
}
