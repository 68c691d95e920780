/// The queued tasks, by priority, then kinds in turn, then each kind's order.
struct ReadyQueue: Sendable {
  /// All lanes of one kind at one priority.
  struct KindLanes {
    let kind: KindIndex
    var lanes: [Lane] = []
  }

  struct Level {
    let priority: Int16
    var kinds: [KindLanes] = []
    /// Where the next search begins, so that kinds of equal priority take turns.
    var turn = 0
  }

  /// Highest priority first.
  private(set) var levels: [Level] = []

  mutating func insert(
    _ task: Int64, kind: KindIndex, priority: Int16, needs: NeedsIndex, exclusion: ExclusionIndex, latestFirst: Bool
  ) {
    let level = levelIndex(priority)
    let kindIndex: Int
    if let found = levels[level].kinds.firstIndex(where: { $0.kind == kind }) {
      kindIndex = found
    } else {
      levels[level].kinds.append(KindLanes(kind: kind))
      kindIndex = levels[level].kinds.count - 1
    }
    let lanes = levels[level].kinds[kindIndex].lanes
    if let lane = lanes.firstIndex(where: { $0.needs == needs && $0.exclusion == exclusion }) {
      levels[level].kinds[kindIndex].lanes[lane].insert(task)
    } else {
      var lane = Lane(needs: needs, exclusion: exclusion, latestFirst: latestFirst)
      lane.insert(task)
      levels[level].kinds[kindIndex].lanes.append(lane)
    }
  }

  /// Drops entries from the head of the lane for which `isStale` holds. Returns the first that counts.
  mutating func head(of position: Position, isStale: (Int64) -> Bool) -> Int64? {
    while let task = levels[position.level].kinds[position.kind].lanes[position.lane].first {
      if !isStale(task) { return task }
      levels[position.level].kinds[position.kind].lanes[position.lane].removeFirst()
    }
    return nil
  }

  /// Takes the head of a lane and lets the next kind of the same priority have its turn.
  mutating func removeHead(at position: Position) {
    levels[position.level].kinds[position.kind].lanes[position.lane].removeFirst()
    let count = levels[position.level].kinds.count
    levels[position.level].turn = (position.kind + 1) % max(count, 1)
  }

  /// Forgets lanes, kinds and levels that hold nothing, so that a search does not walk over them.
  mutating func compact() {
    for level in levels.indices {
      for kind in levels[level].kinds.indices where levels[level].kinds[kind].lanes.contains(where: \.isEmpty) {
        levels[level].kinds[kind].lanes.removeAll(where: \.isEmpty)
      }
      if levels[level].kinds.contains(where: { $0.lanes.isEmpty }) {
        levels[level].kinds.removeAll { $0.lanes.isEmpty }
        levels[level].turn = 0
      }
    }
    levels.removeAll { $0.kinds.isEmpty }
  }

  /// Takes out everything of a kind; for a change of its order.
  mutating func removeAll(of kind: KindIndex) {
    for level in levels.indices { levels[level].kinds.removeAll { $0.kind == kind } }
    compact()
  }

  struct Position {
    var level: Int
    var kind: Int
    var lane: Int
  }

  private mutating func levelIndex(_ priority: Int16) -> Int {
    var low = 0
    var high = levels.count
    while low < high {
      let middle = (low + high) / 2
      if levels[middle].priority > priority { low = middle + 1 } else { high = middle }
    }
    if low < levels.count, levels[low].priority == priority { return low }
    levels.insert(Level(priority: priority), at: low)
    return low
  }
}
