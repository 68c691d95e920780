import DequeModule

/// What one reader of a cache has yet to be told: each object at most once, so that a reader that is slow, or has
/// stopped reading, holds no more than one entry an object.
struct ReaderQueue<Kept: Sendable> {
  /// What the reader was told last about an object.
  struct Known {
    var kept: Kept
    var uid: CompactUID
  }

  enum Step {
    /// Nil: the reader knows nothing of it.
    case object(ObjectKey, known: Known?)
    case synced
  }

  private enum Item {
    case object(ObjectKey)
    case synced
  }

  private var order = Deque<Item>()
  private var pending: [ObjectKey: Known?] = [:]

  /// An object has changed.
  ///
  /// - Parameter known: as it was before; nil if it was not there.
  mutating func note(_ key: ObjectKey, known: Known?) {
    // The first change counts: what was there before it is what the reader knows.
    guard pending[key] == nil else { return }
    pending[key] = .some(known)
    order.append(.object(key))
  }

  /// An object that the reader is to be told of next, as a new one.
  mutating func noteFirst(_ key: ObjectKey) {
    pending[key] = .some(nil)
    order.prepend(.object(key))
  }

  mutating func addSync() { order.append(.synced) }

  mutating func next() -> Step? {
    switch order.popFirst() {
    case nil: nil
    case .synced: .synced
    case .object(let key): .object(key, known: pending.removeValue(forKey: key) ?? nil)
    }
  }
}
