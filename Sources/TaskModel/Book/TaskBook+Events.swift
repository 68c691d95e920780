import MusterCore

extension TaskBook {
  /// One task's move from state to state, to be written down by the store.
  public struct Change: Sendable {
    public let task: Int64
    public let from: TaskState
    public let life: TaskLife
    /// Who held the attempt that this change ended.
    public let worker: String?
    /// The token of the attempt that this change ended, if one was under way.
    public let endedToken: Token?
    /// Set when the task now waits for a backoff: how long.
    public let delay: Duration?
    /// The task whose failure or cancellation caused this one's failure.
    public let cause: Int64?
  }

  /// Applies an event to a task, and to those that depend on it. Appends what changed to `changes`, causes before effects.
  ///
  /// - Parameter blamed: for an attempt that failed: the worker that must not get the task again while another can take it.
  /// - Returns: nil if no live task has this number.
  @discardableResult
  public mutating func apply(
    _ event: TaskEvent, to task: Int64, blaming blamed: String? = nil, cause: Int64? = nil, at now: Moment,
    changes: inout [Change]
  ) -> TaskReaction? {
    guard let index = entries.index(forKey: task) else { return nil }
    let before = entries.values[index]
    var life = before.life
    let reaction = life.apply(event)
    guard case .moved(let from, let to) = reaction else { return reaction }
    if from == to {
      entries.values[index].life = life
      return reaction
    }
    var delay: Duration?
    if to == .waiting {
      // Only a used-up attempt leads back to waiting, so this is a backoff.
      delay = kinds[Int(before.kind)].backoff.delay(afterFailures: Int(life.failures))
      let end = now + (delay ?? .zero)
      entries.values[index].notBefore = end
      backoffs.insert(Timer(at: end.nanoseconds, task: task))
    } else {
      entries.values[index].notBefore = nil
    }
    entries.values[index].life = life
    entries.values[index].since = now
    if from == .running {
      entries.values[index].worker = nil
      if let holder = before.worker, let needs = needs[before.needs]?.needs { workers[holder]?.letGo(task, needs) }
    }
    if from == .queued { passedOver[task] = nil }
    kinds[Int(before.kind)].counts[Int(from.rawValue)] -= 1
    if !to.isFinal { kinds[Int(before.kind)].counts[Int(to.rawValue)] += 1 }
    changes.append(
      Change(
        task: task, from: from, life: life, worker: before.worker,
        endedToken: from == .running ? before.life.token : nil, delay: delay,
        cause: cause))
    if let blamed, !to.isFinal { exclude(task, from: blamed) }
    if to == .queued, let entry = entries[task] { insertIntoQueue(task, entry) }
    if to.isFinal { finish(task, before, as: to, at: now, changes: &changes) }
    return reaction
  }

  /// Releases what waited for a backoff that is over, fails or cancels what is past its deadline.
  public mutating func tick(at now: Moment, wall: Timestamp, changes: inout [Change]) {
    while let timer = backoffs.min, timer.at <= now.nanoseconds {
      _ = backoffs.popMin()
      guard let entry = entries[timer.task], entry.notBefore?.nanoseconds == timer.at else { continue }
      entries[timer.task]?.notBefore = nil
      if entry.unmet == 0 { apply(.released, to: timer.task, at: now, changes: &changes) }
    }
    while let timer = deadlines.min, timer.at <= wall.milliseconds {
      _ = deadlines.popMin()
      apply(.deadlinePassed, to: timer.task, at: now, changes: &changes)
    }
  }

  /// When ``tick(at:wall:changes:)`` next has something to do for a backoff.
  public var nextBackoff: Moment? { backoffs.min.map { Moment(nanoseconds: $0.at) } }

  /// When it next has something to do for a deadline.
  public var nextDeadline: Timestamp? { deadlines.min.map { Timestamp(milliseconds: $0.at) } }

  private mutating func exclude(_ task: Int64, from worker: String) {
    guard let entry = entries[task], var names = exclusions[entry.exclusion], !names.contains(worker) else { return }
    names.insert(worker)
    // Without an index left the task merely loses the memory of who failed it.
    guard let exclusion = exclusions.hold(names) else { return }
    exclusions.release(entry.exclusion)
    entries[task]?.exclusion = exclusion
  }

  private mutating func finish(
    _ task: Int64, _ entry: Entry, as state: TaskState, at now: Moment, changes: inout [Change]
  ) {
    if let current = entries.removeValue(forKey: task) {
      needs.release(current.needs)
      exclusions.release(current.exclusion)
    }
    guard let waiting = dependents.removeValue(forKey: task) else { return }
    for dependent in waiting {
      guard let unmet = entries[dependent]?.unmet, unmet > 0 else { continue }
      entries[dependent]?.unmet = unmet - 1
      if state != .done {
        apply(.dependencyFailed, to: dependent, cause: task, at: now, changes: &changes)
      } else if unmet == 1, entries[dependent]?.notBefore == nil {
        apply(.released, to: dependent, at: now, changes: &changes)
      }
    }
  }
}
