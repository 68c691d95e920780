import MusterCore

/// The changes of a ``ResourceCache``, from what is there on.
public struct CacheChanges<Kept: Sendable>: AsyncSequence, Sendable {
  public typealias Element = CacheChange<Kept>

  let cache: ResourceCache<Kept>

  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let reader: Reader

    /// - Throws: `CancellationError`; what ended ``ResourceCache/run()``.
    public mutating func next() async throws -> CacheChange<Kept>? {
      while true {
        try Task.checkCancellation()
        let (change, isOver) = try reader.cache.next(for: reader.id)
        if let change { return change }
        if isOver { return nil }
        await reader.bell.wait()
      }
    }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: Reader(cache)) }

  /// Takes its place in the cache's list of readers, and leaves it when the iterator goes.
  fileprivate final class Reader {
    let cache: ResourceCache<Kept>
    let id: Int
    let bell: Bell
    private let bellID: Int

    init(_ cache: ResourceCache<Kept>) {
      self.cache = cache
      (id, bellID, bell) = cache.addReader()
    }

    deinit { cache.removeReader(id, bellID: bellID) }
  }
}
