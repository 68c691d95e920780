import MusterCore

extension TaskBook {
  /// A task just handed to a worker; not yet durable.
  public struct Claimed: Sendable {
    public let task: Int64
    public let token: Token
    public let kind: String
    public let needs: Needs
    public let life: TaskLife
    /// Handed over ahead of time: the worker has no room for it yet.
    public let prefetched: Bool
  }

  /// Hands tasks to a worker: as many as it has room for, then those it may hold ahead of time, at most `limit`.
  ///
  /// Highest priority first; kinds of one priority in turn; then each kind's order. A task that does not fit is passed by,
  /// but after ``patience`` it reserves the worker. A task that this worker failed waits for another that can take it.
  public mutating func claim(
    for name: String, limit: Int, epoch: UInt64, at now: Moment, into claimed: inout [Claimed]
  ) {
    // The worker is looked up anew each time: a local copy would share its storage and make every change copy it.
    guard workers[name]?.accepting == true else { return }
    var left = limit
    while left > 0, let (task, prefetched) = nextTask(for: name, at: now) {
      guard let entry = entries[task], let taskNeeds = needs[entry.needs]?.needs else { break }
      let token = Token(epoch: epoch, task: task, attempt: entry.life.handouts &+ 1)
      var life = entry.life
      guard case .moved = life.apply(.claimed(token)) else { break }
      entries[task]?.life = life
      entries[task]?.worker = name
      entries[task]?.since = now
      passedOver[task] = nil
      queue.served(kind: entry.kind, priority: entry.priority) {
        entries[$0]?.stands(needs: $1, exclusion: $2, kind: entry.kind, priority: entry.priority) != true
      }
      kinds[Int(entry.kind)].counts[Int(TaskState.queued.rawValue)] -= 1
      kinds[Int(entry.kind)].counts[Int(TaskState.running.rawValue)] += 1
      workers[name]?.hold(task, taskNeeds)
      if workers[name]?.trialKinds.contains(entry.kind) == true { close(kind: entry.kind, to: name) }
      claimed.append(
        Claimed(
          task: task, token: token, kind: kinds[Int(entry.kind)].name, needs: taskNeeds, life: life,
          prefetched: prefetched))
      left -= 1
    }
  }

  /// How many tasks of this sort the worker could take now, ahead of time too; nil if none even were it idle.
  ///
  /// An upper bound for a store that reads candidates before it lets ``claim(for:limit:epoch:at:into:)`` choose.
  public func appetite(of name: String, kind: String, needs wanted: Needs, oversize: Bool) -> Int? {
    guard let worker = workers[name], worker.accepting, worker.kinds.contains(kind),
      worker.setAside[kind] != .nothing, wanted.fits(worker.capacity), !(oversize && worker.refusesOversize)
    else { return nil }
    let budget =
      kindIndices[kind].map {
        min(worker.prefetchLimit, kinds[Int($0)].runTimes.prefetch(slots: Int(worker.capacity.slots)))
      } ?? 0
    let room = Int(worker.capacity.slots) + budget * Int(wanted.slots) - Int(worker.used.slots)
    return max(room, 0) / max(Int(wanted.slots), 1)
  }

  /// One trial attempt is out: nothing more of this kind until someone judged it.
  private mutating func close(kind: KindIndex, to name: String) {
    workers[name]?.trialKinds.remove(kind)
    workers[name]?.closedKinds.insert(kind)
    workers[name]?.setAside[kinds[Int(kind)].name] = .nothing
  }

  private mutating func nextTask(for name: String, at now: Moment) -> (task: Int64, prefetched: Bool)? {
    guard let worker = workers[name] else { return nil }
    if let reserved = worker.reservedFor {
      // What was so when it was reserved need not be so any more: then the worker must not wait for ever.
      if let entry = entries[reserved], entry.life.state == .queued, let wanted = needs[entry.needs],
        mayTake(entry.kind, wanted, exclusion: entry.exclusion, worker)
      {
        // Its entry in the lane becomes stale by itself.
        guard worker.hasRoom(for: wanted.needs) else { return nil }
        workers[name]?.reservedFor = nil
        return (reserved, false)
      }
      workers[name]?.reservedFor = nil
    }
    var skipped: [Int64] = []
    for level in queue.levels.indices {
      for kind in queue.levels[level].kinds.indices {
        let kindIndex = queue.levels[level].kinds[kind].kind
        guard worker.servedKinds.contains(kindIndex), !worker.closedKinds.contains(kindIndex) else { continue }
        guard let best = bestTask(level: level, kind: kind, for: worker, skipped: &skipped) else { continue }
        if letPass(skipped, by: name, at: now) { return nil }
        queue.removeHead(at: best.position)
        return (best.task, best.prefetched)
      }
    }
    return nil
  }

  /// The first task of one kind and priority that the worker can take. Adds to `skipped` those before it for which the
  /// worker has no room now.
  private mutating func bestTask(
    level: Int, kind: Int, for worker: RosterWorker, skipped: inout [Int64]
  ) -> (task: Int64, position: ReadyQueue.Position, prefetched: Bool)? {
    let kindIndex = queue.levels[level].kinds[kind].kind
    let budget = min(worker.prefetchLimit, kinds[Int(kindIndex)].runTimes.prefetch(slots: Int(worker.capacity.slots)))
    var best: (rank: Int64, task: Int64, position: ReadyQueue.Position, prefetched: Bool)?
    var unfit: [(rank: Int64, task: Int64)] = []
    var position = ReadyQueue.Position(level: level, kind: kind, lane: 0)
    while position.lane < queue.levels[level].kinds[kind].lanes.count {
      guard let task = headOfLane(at: position) else {
        queue.removeLane(at: position)
        continue
      }
      let lane = position.lane
      position.lane += 1
      let exclusion = queue.levels[level].kinds[kind].lanes[lane].exclusion
      let rank = queue.levels[level].kinds[kind].lanes[lane].rank ?? .max
      guard let wanted = needs[queue.levels[level].kinds[kind].lanes[lane].needs],
        mayTake(kindIndex, wanted, exclusion: exclusion, worker)
      else { continue }
      let room = worker.hasRoom(for: wanted.needs)
      guard room || worker.mayPrefetch(wanted.needs, budget: budget) else {
        unfit.append((rank, task))
        continue
      }
      if best == nil || rank < (best?.rank ?? .max) {
        best = (rank, task, ReadyQueue.Position(level: level, kind: kind, lane: lane), !room)
      }
    }
    // One that comes after the best in its kind's order is not passed over: it would have had to wait anyway.
    let turn = best?.rank ?? .max
    unfit.removeAll { $0.rank >= turn }
    skipped += unfit.sorted { $0.rank < $1.rank }.map(\.task)
    return best.map { ($0.task, $0.position, $0.prefetched) }
  }

  /// Notes that a smaller task is about to pass those in `skipped`.
  ///
  /// - Returns: true if one of them was passed over for so long that it now reserves the worker instead.
  private mutating func letPass(_ skipped: [Int64], by name: String, at now: Moment) -> Bool {
    for task in skipped {
      guard let since = passedOver[task] else {
        passedOver[task] = now
        continue
      }
      if now - since >= TaskBook.patience, !workers.values.contains(where: { $0.reservedFor == task }) {
        workers[name]?.reservedFor = task
        return true
      }
    }
    return false
  }

  private mutating func headOfLane(at position: ReadyQueue.Position) -> Int64? {
    let kind = queue.levels[position.level].kinds[position.kind].kind
    let priority = queue.levels[position.level].priority
    return queue.head(of: position) {
      entries[$0]?.stands(needs: $1, exclusion: $2, kind: kind, priority: priority) != true
    }
  }

  /// Whether the worker may have such a task at all, were it idle: one that it failed waits for another that can take
  /// it.
  func mayTake(_ kind: KindIndex, _ wanted: NeedsClass, exclusion: ExclusionIndex, _ worker: RosterWorker) -> Bool {
    guard worker.isOpen(to: kind, wanted) else { return false }
    guard exclusion != 0, let failedOn = exclusions[exclusion], failedOn.contains(worker.name) else { return true }
    return !workers.values.contains { other in
      other.accepting && !failedOn.contains(other.name) && other.isOpen(to: kind, wanted)
    }
  }
}
