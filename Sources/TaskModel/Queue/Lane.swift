import HeapModule

/// Queued tasks that are alike for every worker: one kind, one priority, the same needs, the same excluded workers.
///
/// Entries that were claimed or cancelled meanwhile stay inside until they come to the top: the book knows which ones
/// still count, and removing from the middle of a heap would cost more than skipping.
struct Lane: Sendable {
  let needs: NeedsIndex
  let exclusion: ExclusionIndex
  private let latestFirst: Bool
  private var heap = Heap<Place>()

  /// A task and its place in its kind's order; both negated when the latest comes first.
  private struct Place: Comparable {
    let rank: Int64
    let task: Int64
    static func < (a: Place, b: Place) -> Bool { (a.rank, a.task) < (b.rank, b.task) }
  }

  init(needs: NeedsIndex, exclusion: ExclusionIndex, latestFirst: Bool) {
    self.needs = needs
    self.exclusion = exclusion
    self.latestFirst = latestFirst
  }

  var isEmpty: Bool { heap.isEmpty }
  var count: Int { heap.count }

  mutating func insert(_ task: Int64, rank: Int64) {
    heap.insert(latestFirst ? Place(rank: -max(rank, -.max), task: -task) : Place(rank: rank, task: task))
  }

  /// The rank of the first task: lower is served first. Nil when empty.
  var rank: Int64? { heap.min?.rank }

  /// The first task.
  var first: Int64? { heap.min.map { latestFirst ? -$0.task : $0.task } }

  mutating func removeFirst() { _ = heap.popMin() }

  mutating func removeAll(where isStale: ReadyQueue.StaleTest) {
    heap = Heap(heap.unordered.filter { !isStale(latestFirst ? -$0.task : $0.task, needs, exclusion) })
  }
}

/// Index of an interned ``NeedsClass``.
typealias NeedsIndex = UInt16
/// Index of an interned set of workers that must not get a task; 0 is the empty set.
typealias ExclusionIndex = UInt16
/// Index of a kind in the book.
typealias KindIndex = UInt16

/// What must be known of a task to say whether a worker can hold it.
struct NeedsClass: Hashable, Sendable {
  var needs: Needs
  /// Its message would be over what the original protocol's clients take.
  var oversize: Bool
}
