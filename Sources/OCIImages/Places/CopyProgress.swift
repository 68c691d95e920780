import Synchronization

/// How far a copy is: a whole picture, so that missing one in between loses nothing.
public struct CopyProgress: Sendable, Hashable {
  /// Blobs that are to be at the destination in the end, and manifests.
  public internal(set) var blobs = 0
  public internal(set) var blobsDone = 0
  /// Of those done: they were there already.
  public internal(set) var blobsSkipped = 0
  public internal(set) var manifests = 0
  public internal(set) var manifestsDone = 0
  /// Bytes of all blobs, those that were there already too.
  public internal(set) var bytes: Int64 = 0
  public internal(set) var bytesDone: Int64 = 0
  public internal(set) var bytesSkipped: Int64 = 0

  /// Nothing yet.
  public init() {}
}

/// Counts for several tasks, and tells.
final class CopyCounter: Sendable {
  private let state = Mutex(CopyProgress())
  private let continuation: AsyncStream<CopyProgress>.Continuation

  init(_ continuation: AsyncStream<CopyProgress>.Continuation) { self.continuation = continuation }

  func change(_ change: (inout CopyProgress) -> Void) {
    // Told under the lock: otherwise an older picture could come last, and stay.
    state.withLock { state in
      change(&state)
      continuation.yield(state)
    }
  }

  func end() { continuation.finish() }
}
