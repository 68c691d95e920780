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
      let token = Token(epoch: epoch, task: task, attempt: entry.life.handouts + 1)
      var life = entry.life
      guard case .moved = life.apply(.claimed(token)) else { break }
      entries[task]?.life = life
      entries[task]?.worker = name
      entries[task]?.since = now
      passedOver[task] = nil
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
    queue.compact()
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
      if let entry = entries[reserved], entry.life.state == .queued, let wanted = needs[entry.needs]?.needs {
        // Its entry in the lane becomes stale by itself.
        guard worker.hasRoom(for: wanted) else { return nil }
        workers[name]?.reservedFor = nil
        return (reserved, false)
      }
      workers[name]?.reservedFor = nil
    }
    var skipped: [Int64] = []
    for level in queue.levels.indices {
      let kindCount = queue.levels[level].kinds.count
      for offset in 0..<kindCount {
        let kind = (queue.levels[level].turn + offset) % kindCount
        let kindIndex = queue.levels[level].kinds[kind].kind
        guard worker.servedKinds.contains(kindIndex), !worker.closedKinds.contains(kindIndex) else { continue }
        let budget = min(
          worker.prefetchLimit, kinds[Int(kindIndex)].runTimes.prefetch(slots: Int(worker.capacity.slots)))
        var best: (rank: Int64, task: Int64, position: ReadyQueue.Position, prefetched: Bool)?
        for lane in queue.levels[level].kinds[kind].lanes.indices {
          let position = ReadyQueue.Position(level: level, kind: kind, lane: lane)
          let exclusion = queue.levels[level].kinds[kind].lanes[lane].exclusion
          let needsIndex = queue.levels[level].kinds[kind].lanes[lane].needs
          guard let task = headOfLane(at: position, exclusion: exclusion), let wanted = needs[needsIndex],
            !(wanted.oversize && worker.refusesOversize), wanted.needs.fits(worker.capacity),
            mayTake(kindIndex, wanted.needs, exclusion: exclusion, name: name)
          else { continue }
          let room = worker.hasRoom(for: wanted.needs)
          guard room || worker.mayPrefetch(wanted.needs, budget: budget) else {
            skipped.append(task)
            continue
          }
          let rank = queue.levels[level].kinds[kind].lanes[lane].rank ?? .max
          if best == nil || rank < (best?.rank ?? .max) { best = (rank, task, position, !room) }
        }
        guard let best else { continue }
        if letPass(skipped, by: name, at: now) { return nil }
        queue.removeHead(at: best.position)
        return (best.task, best.prefetched)
      }
    }
    return nil
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

  private mutating func headOfLane(at position: ReadyQueue.Position, exclusion: UInt16) -> Int64? {
    // A task may stand in a lane more than once or in one that it left: only a queued one of this lane's exclusion counts.
    queue.head(of: position) { task in
      guard let entry = entries[task] else { return true }
      return entry.life.state != .queued || entry.exclusion != exclusion
    }
  }

  private func mayTake(_ kind: KindIndex, _ wanted: Needs, exclusion: UInt16, name: String) -> Bool {
    guard let failedOn = exclusions[exclusion], failedOn.contains(name) else { return true }
    return !workers.values.contains { other in
      other.accepting && !failedOn.contains(other.name) && other.servedKinds.contains(kind)
        && !other.closedKinds.contains(kind) && wanted.fits(other.capacity)
    }
  }
}
