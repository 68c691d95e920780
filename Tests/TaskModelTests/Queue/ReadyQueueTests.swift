import Testing

@testable import TaskModel

struct ReadyQueueTests {
  private var queue = ReadyQueue()

  private mutating func insert(_ task: Int64, kind: KindIndex = 0, priority: Int16 = 0, needs: NeedsIndex = 0) {
    queue.insert(task, rank: task, kind: kind, priority: priority, needs: needs, exclusion: 0, latestFirst: false)
  }

  private var line: [KindIndex] { queue.levels.flatMap { $0.kinds.map(\.kind) } }

  @Test mutating func highestPriorityFirst() {
    for priority in [0, -1000, 1000, 5, 0] as [Int16] { insert(1, priority: priority) }
    #expect(queue.levels.map(\.priority) == [1000, 5, 0, -1000])
  }

  @Test mutating func theServedKindGoesToTheEndOfItsLine() {
    for kind in 0..<3 as Range<KindIndex> {
      insert(Int64(kind) * 2, kind: kind)
      insert(Int64(kind) * 2 + 1, kind: kind)
    }
    #expect(line == [0, 1, 2])
    queue.served(kind: 1, priority: 0) { _, _, _ in false }
    #expect(line == [0, 2, 1])
    queue.served(kind: 0, priority: 0) { _, _, _ in false }
    #expect(line == [2, 1, 0])
  }

  @Test mutating func aKindLeavesWithItsLastTask() {
    insert(1, kind: 0)
    insert(2, kind: 1)
    queue.left(kind: 0, priority: 0) { _, _, _ in false }
    #expect(line == [1])
    insert(3, kind: 0)
    #expect(line == [1, 0], "one that comes again joins at the end")
    queue.served(kind: 1, priority: 0) { _, _, _ in false }
    queue.served(kind: 0, priority: 0) { _, _, _ in false }
    #expect(queue.levels.isEmpty)
  }

  @Test mutating func staleHeadsAreDropped() {
    for task in 1...5 as ClosedRange<Int64> { insert(task) }
    let position = ReadyQueue.Position(level: 0, kind: 0, lane: 0)
    let head = queue.head(of: position) { task, _, _ in task < 4 }
    #expect(head == 4)
    let none = queue.head(of: position) { _, _, _ in true }
    #expect(none == nil)
    #expect(queue.levels[0].kinds[0].stored == 0)
  }

  @Test mutating func whatNoLongerCountsIsPurged() {
    for task in 1...1000 as ClosedRange<Int64> { insert(task, needs: NeedsIndex(task % 3)) }
    for task in (2...1000 as ClosedRange<Int64>).reversed() {
      queue.left(kind: 0, priority: 0) { other, _, _ in other >= task }
      #expect(queue.levels[0].kinds[0].stored <= 2 * queue.levels[0].kinds[0].live + 64)
    }
    #expect(queue.levels[0].kinds[0].live == 1)
  }

  @Test mutating func emptyingAKindKeepsItsPlace() {
    insert(1, kind: 0)
    insert(2, kind: 1)
    queue.empty(kind: 0)
    insert(1, kind: 0)
    #expect(line == [0, 1])
    #expect(queue.levels[0].kinds[0].live == 1 && queue.levels[0].kinds[0].stored == 1)
  }
}
