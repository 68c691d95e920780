/// The queued tasks, by priority, then kinds in turn, then each kind's order.
///
/// Kinds of one priority stand in a line. The one that was served goes to its end; one of which a worker can take
/// nothing keeps its place; one whose first task comes joins at the end, and leaves when its last task has left.
struct ReadyQueue: Sendable {
  /// All lanes of one kind at one priority.
  struct KindLanes {
    let kind: KindIndex
    var lanes: [Lane] = []
    /// Tasks of this kind and priority that are queued; never 0 between calls.
    var live = 0
    /// Entries in all lanes, with those that no longer count.
    var stored = 0
  }

  struct Level {
    let priority: Int16
    /// The kind that was served longest ago first.
    var kinds: [KindLanes] = []
  }

  /// Highest priority first.
  private(set) var levels: [Level] = []

  mutating func insert(
    _ task: Int64, rank: Int64, kind: KindIndex, priority: Int16, needs: NeedsIndex, exclusion: ExclusionIndex,
    latestFirst: Bool
  ) {
    let level = levelIndex(priority)
    let kindIndex: Int
    if let found = levels[level].kinds.firstIndex(where: { $0.kind == kind }) {
      kindIndex = found
    } else {
      levels[level].kinds.append(KindLanes(kind: kind))
      kindIndex = levels[level].kinds.count - 1
    }
    levels[level].kinds[kindIndex].live += 1
    levels[level].kinds[kindIndex].stored += 1
    // No local copy of the lanes: it would share their storage, and the insertion would copy a whole heap.
    let lane = levels[level].kinds[kindIndex].lanes.firstIndex { $0.needs == needs && $0.exclusion == exclusion }
    if let lane {
      levels[level].kinds[kindIndex].lanes[lane].insert(task, rank: rank)
    } else {
      var lane = Lane(needs: needs, exclusion: exclusion, latestFirst: latestFirst)
      lane.insert(task, rank: rank)
      levels[level].kinds[kindIndex].lanes.append(lane)
    }
  }

  /// Whether an entry of a lane no longer counts; lanes are told apart by needs and exclusion.
  typealias StaleTest = (_ task: Int64, _ needs: NeedsIndex, _ exclusion: ExclusionIndex) -> Bool

  /// Drops entries from the head of the lane for which `isStale` holds. Returns the first that counts.
  mutating func head(of position: Position, isStale: StaleTest) -> Int64? {
    while let task = levels[position.level].kinds[position.kind].lanes[position.lane].first {
      let lane = levels[position.level].kinds[position.kind].lanes[position.lane]
      if !isStale(task, lane.needs, lane.exclusion) { return task }
      popHead(at: position)
    }
    return nil
  }

  /// Takes the head out of a lane, and the lane away if that was its last entry.
  mutating func removeHead(at position: Position) {
    popHead(at: position)
    if levels[position.level].kinds[position.kind].lanes[position.lane].isEmpty { removeLane(at: position) }
  }

  /// Takes a lane away. The last one of the kind takes its place.
  mutating func removeLane(at position: Position) {
    let last = levels[position.level].kinds[position.kind].lanes.count - 1
    levels[position.level].kinds[position.kind].lanes.swapAt(position.lane, last)
    levels[position.level].kinds[position.kind].lanes.removeLast()
  }

  /// A task was handed out: its kind goes to the end of its priority's line.
  mutating func served(kind: KindIndex, priority: Int16, isStale: StaleTest) {
    guard let place = countOut(kind: kind, priority: priority, isStale: isStale),
      place.kind + 1 < levels[place.level].kinds.count
    else { return }
    levels[place.level].kinds.append(levels[place.level].kinds.remove(at: place.kind))
  }

  /// A task left the queue without being handed out.
  mutating func left(kind: KindIndex, priority: Int16, isStale: StaleTest) {
    _ = countOut(kind: kind, priority: priority, isStale: isStale)
  }

  /// Empties the lanes of a kind, whose places in line stay; for a change of its order. Its tasks must be inserted
  /// again.
  mutating func empty(kind: KindIndex) {
    for level in levels.indices {
      for place in levels[level].kinds.indices where levels[level].kinds[place].kind == kind {
        levels[level].kinds[place] = KindLanes(kind: kind)
      }
    }
  }

  struct Position {
    var level: Int
    var kind: Int
    var lane: Int
  }

  /// - Returns: the place of the kind; nil if it left the line with its last task.
  private mutating func countOut(kind: KindIndex, priority: Int16, isStale: StaleTest) -> (level: Int, kind: Int)? {
    guard let level = findLevel(priority).found,
      let place = levels[level].kinds.firstIndex(where: { $0.kind == kind })
    else { return nil }
    levels[level].kinds[place].live -= 1
    if levels[level].kinds[place].live == 0 {
      levels[level].kinds.remove(at: place)
      if levels[level].kinds.isEmpty { levels.remove(at: level) }
      return nil
    }
    // What no longer counts would stay for as long as something before it does.
    if levels[level].kinds[place].stored > 2 * levels[level].kinds[place].live + 64 {
      for lane in levels[level].kinds[place].lanes.indices {
        levels[level].kinds[place].lanes[lane].removeAll(where: isStale)
      }
      levels[level].kinds[place].lanes.removeAll(where: \.isEmpty)
      levels[level].kinds[place].stored = levels[level].kinds[place].lanes.reduce(0) { $0 + $1.count }
    }
    return (level, place)
  }

  private mutating func popHead(at position: Position) {
    levels[position.level].kinds[position.kind].lanes[position.lane].removeFirst()
    levels[position.level].kinds[position.kind].stored -= 1
  }

  private mutating func levelIndex(_ priority: Int16) -> Int {
    let (found, place) = findLevel(priority)
    if found == nil { levels.insert(Level(priority: priority), at: place) }
    return place
  }

  /// Where the level of a priority is, and if there is none, where it would be.
  private func findLevel(_ priority: Int16) -> (found: Int?, place: Int) {
    var low = 0
    var high = levels.count
    while low < high {
      let middle = (low + high) / 2
      if levels[middle].priority > priority { low = middle + 1 } else { high = middle }
    }
    return (low < levels.count && levels[low].priority == priority ? low : nil, low)
  }
}
