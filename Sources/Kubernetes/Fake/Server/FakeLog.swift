import Collections

/// What happened to the objects of a ``FakeCluster``, for those who watch: bounded, the oldest goes first.
struct FakeLog: Sendable {
  struct Event: Sendable {
    enum Change: String, Sendable {
      case added = "ADDED"
      case modified = "MODIFIED"
      case deleted = "DELETED"
    }
    var shelf: String
    var change: Change
    var object: FakeObject
    /// As it was before.
    var previous: FakeObject?
  }

  private var events: Deque<Event> = []
  /// How many events were forgotten: the position of the oldest one kept.
  private(set) var start = 0
  /// The number of the last write that was forgotten.
  private(set) var compacted: UInt64 = 0
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  /// The position of the event that comes next.
  var end: Int { start + events.count }

  mutating func append(_ event: Event) {
    events.append(event)
    if events.count > capacity { forget(1) }
  }

  /// Forgets everything up to and with this write.
  mutating func compact(upTo version: UInt64) {
    forget(position(after: version) - start)
    compacted = max(compacted, version)
  }

  subscript(position: Int) -> Event { events[position - start] }

  /// The position of the first event after a write.
  func position(after version: UInt64) -> Int {
    var (low, high) = (0, events.count)
    while low < high {
      let middle = (low + high) / 2
      if events[middle].object.version <= version { low = middle + 1 } else { high = middle }
    }
    return start + low
  }

  private mutating func forget(_ count: Int) {
    for _ in 0..<count {
      guard let event = events.popFirst() else { return }
      start += 1
      compacted = max(compacted, event.object.version)
    }
  }
}
