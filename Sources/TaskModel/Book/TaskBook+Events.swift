import HeapModule
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
    var failing: [Failing] = []
    let reaction = step(event, to: task, blaming: blamed, cause: cause, at: now, changes: &changes, failing: &failing)
    // A list instead of a recursion: a chain of dependencies may be longer than the stack is deep.
    var next = 0
    while next < failing.count {
      let dependent = failing[next]
      next += 1
      step(
        .dependencyFailed, to: dependent.task, blaming: nil, cause: dependent.cause, at: now, changes: &changes,
        failing: &failing)
    }
    return reaction
  }

  /// A task that is to fail because `cause` did not come to be done.
  private struct Failing {
    let task: Int64
    let cause: Int64
  }

  @discardableResult
  private mutating func step(
    _ event: TaskEvent, to task: Int64, blaming blamed: String?, cause: Int64?, at now: Moment,
    changes: inout [Change], failing: inout [Failing]
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
      release(task, before)
    }
    if from == .queued {
      passedOver[task] = nil
      queue.left(kind: before.kind, priority: before.priority) {
        entries[$0]?.stands(needs: $1, exclusion: $2, kind: before.kind, priority: before.priority) != true
      }
    }
    kinds[Int(before.kind)].counts[Int(from.rawValue)] -= 1
    if !to.isFinal { kinds[Int(before.kind)].counts[Int(to.rawValue)] += 1 }
    changes.append(
      Change(
        task: task, from: from, life: life, worker: before.worker,
        endedToken: from == .running ? before.life.token : nil, delay: delay,
        cause: cause))
    if let blamed, !to.isFinal { exclude(task, from: blamed) }
    if to == .queued, let entry = entries[task] { insertIntoQueue(task, entry) }
    if to.isFinal { finish(task, as: to, at: now, changes: &changes, failing: &failing) }
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
      guard entries[timer.task]?.deadline == timer.at else { continue }
      apply(.deadlinePassed, to: timer.task, at: now, changes: &changes)
    }
  }

  /// Takes a task out of the book as if it had never been there, without any event: its state is kept elsewhere.
  ///
  /// For a store that has only a part of the live tasks in its book: those that its own workers hold, and for a moment
  /// those that they may be handed. Not for a task on which others in the book depend.
  public mutating func forget(_ task: Int64) {
    guard let entry = entries[task] else { return }
    switch entry.life.state {
    case .running: release(task, entry)
    case .queued:
      queue.left(kind: entry.kind, priority: entry.priority) {
        $0 == task || entries[$0]?.stands(needs: $1, exclusion: $2, kind: entry.kind, priority: entry.priority) != true
      }
    default: break
    }
    kinds[Int(entry.kind)].counts[Int(entry.life.state.rawValue)] -= 1
    entries[task] = nil
    needs.release(entry.needs)
    exclusions.release(entry.exclusion)
    if entry.deadline != Entry.noDeadline { forgetDeadline() }
  }

  /// When ``tick(at:wall:changes:)`` next has something to do for a backoff.
  public var nextBackoff: Moment? { backoffs.min.map { Moment(nanoseconds: $0.at) } }

  /// When it next has something to do for a deadline.
  public var nextDeadline: Timestamp? { deadlines.min.map { Timestamp(milliseconds: $0.at) } }

  /// Keeps a task from a worker that proved unfit for it by something else than the end of its current attempt, while
  /// another can take it.
  public mutating func blame(_ worker: String, for task: Int64) {
    guard let before = entries[task] else { return }
    exclude(task, from: worker)
    guard before.life.state == .queued, let entry = entries[task], entry.exclusion != before.exclusion else { return }
    // It stands in another lane from now on; in this order, lest its kind lose its place in line.
    insertIntoQueue(task, entry)
    queue.left(kind: entry.kind, priority: entry.priority) {
      entries[$0]?.stands(needs: $1, exclusion: $2, kind: entry.kind, priority: entry.priority) != true
    }
  }

  private mutating func exclude(_ task: Int64, from worker: String) {
    guard let entry = entries[task], var names = exclusions[entry.exclusion], !names.contains(worker) else { return }
    names.insert(worker)
    // Without an index left the task merely loses the memory of who failed it.
    guard let exclusion = exclusions.hold(names) else { return }
    exclusions.release(entry.exclusion)
    entries[task]?.exclusion = exclusion
  }

  private mutating func finish(
    _ task: Int64, as state: TaskState, at now: Moment, changes: inout [Change], failing: inout [Failing]
  ) {
    if let entry = entries.removeValue(forKey: task) {
      needs.release(entry.needs)
      exclusions.release(entry.exclusion)
      if entry.deadline != Entry.noDeadline { forgetDeadline() }
    }
    guard let waiting = dependents.removeValue(forKey: task) else { return }
    // Sorted, so that the same events always have the same effects in the same order.
    for dependent in waiting.sorted() {
      guard let unmet = entries[dependent]?.unmet, unmet > 0 else { continue }
      entries[dependent]?.unmet = unmet - 1
      if state != .done {
        failing.append(Failing(task: dependent, cause: task))
      } else if unmet == 1, entries[dependent]?.notBefore == nil {
        apply(.released, to: dependent, at: now, changes: &changes)
      }
    }
  }

  /// The worker that held the task's attempt has room again.
  private mutating func release(_ task: Int64, _ entry: Entry) {
    guard let holder = entry.worker, let wanted = needs[entry.needs]?.needs else { return }
    guard workers[holder] == nil else {
      workers[holder]?.letGo(task, wanted)
      return
    }
    absent[holder]?.remove(task)
    if absent[holder]?.isEmpty == true { absent[holder] = nil }
  }

  /// Timers of tasks that ended would otherwise stay until a deadline that may be years away.
  private mutating func forgetDeadline() {
    liveDeadlines -= 1
    guard deadlines.count > 2 * liveDeadlines + 64 else { return }
    deadlines = Heap(deadlines.unordered.filter { entries[$0.task]?.deadline == $0.at })
  }
}
