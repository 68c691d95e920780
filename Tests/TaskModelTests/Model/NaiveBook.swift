import MusterCore

@testable import TaskModel

/// The same rules as ``TaskBook``'s, as plainly as they can be said: arrays, and a search through everything each time.
struct NaiveBook {
  var tasks: [NaiveTask] = []
  /// Failed and cancelled tasks, for a retry.
  var ended: [NaiveTask] = []
  var workers: [String: NaiveWorker] = [:]
  var orders: [String: TaskOrder] = [:]
  var backoffs: [String: Backoff] = [:]
  var runTimes: [String: RunTimes] = [:]
  /// By priority: the kinds that have queued tasks, the one served longest ago first.
  var lines: [Int16: [String]] = [:]
  var passedOver: [Int64: Moment] = [:]

  func find(_ number: Int64) -> NaiveTask? { tasks.first { $0.number == number } }

  mutating func change(_ number: Int64, _ body: (inout NaiveTask) -> Void) {
    guard let index = tasks.firstIndex(where: { $0.number == number }) else { return }
    body(&tasks[index])
  }

  // MARK: Adding

  mutating func add(_ new: TaskBook.NewEntry, dependencies: Set<Int64>, at now: Moment) {
    var task = NaiveTask(new, at: now)
    task.dependencies = dependencies
    if task.life.state == .waiting, task.unmet.isEmpty, task.notBefore == nil { task.notBefore = now }
    tasks.append(task)
    if task.life.state == .queued { joinLine(task) }
  }

  private mutating func joinLine(_ task: NaiveTask) {
    if lines[task.priority]?.contains(task.kind) != true { lines[task.priority, default: []].append(task.kind) }
  }

  private mutating func leaveLine(_ task: NaiveTask, served: Bool) {
    let stays = tasks.contains { $0.life.state == .queued && $0.kind == task.kind && $0.priority == task.priority }
    if served || !stays { lines[task.priority]?.removeAll { $0 == task.kind } }
    if served, stays { lines[task.priority]?.append(task.kind) }
    if lines[task.priority]?.isEmpty == true { lines[task.priority] = nil }
  }

  // MARK: Events

  mutating func apply(
    _ event: TaskEvent, to number: Int64, blaming: String?, at now: Moment
  ) -> (reaction: TaskReaction?, changes: [NaiveChange]) {
    var changes: [NaiveChange] = []
    var list: [(task: Int64, event: TaskEvent, cause: Int64?)] = [(number, event, nil)]
    var reaction: TaskReaction?
    var isFirst = true
    while !list.isEmpty {
      let next = list.removeFirst()
      let its = step(next.event, next.task, isFirst ? blaming : nil, next.cause, now, &changes, &list)
      if isFirst { reaction = its }
      isFirst = false
    }
    return (reaction, changes)
  }

  private mutating func step(
    _ event: TaskEvent, _ number: Int64, _ blamed: String?, _ cause: Int64?, _ now: Moment,
    _ changes: inout [NaiveChange], _ list: inout [(task: Int64, event: TaskEvent, cause: Int64?)]
  ) -> TaskReaction? {
    guard let before = find(number) else { return nil }
    var life = before.life
    let reaction = life.apply(event)
    guard case .moved(let from, let to) = reaction else { return reaction }
    change(number) { $0.life = life }
    if from == to { return reaction }
    let delay = to == .waiting ? backoff(before.kind).delay(afterFailures: Int(life.failures)) : nil
    change(number) {
      $0.since = now
      $0.notBefore = delay.map { now + $0 }
      if from == .running { $0.worker = nil }
      if let blamed, !to.isFinal { $0.failedOn.insert(blamed) }
    }
    changes.append(
      NaiveChange(
        task: number, from: from, life: life, worker: before.worker,
        endedToken: from == .running ? before.life.token : nil, delay: delay, cause: cause))
    if from == .queued {
      passedOver[number] = nil
      leaveLine(before, served: false)
    }
    if to == .queued { joinLine(before) }
    if to.isFinal { finish(number, to, now, &changes, &list) }
    return reaction
  }

  private mutating func finish(
    _ number: Int64, _ state: TaskState, _ now: Moment, _ changes: inout [NaiveChange],
    _ list: inout [(task: Int64, event: TaskEvent, cause: Int64?)]
  ) {
    if let task = find(number), state != .done { ended.append(task) }
    tasks.removeAll { $0.number == number }
    for task in tasks.sorted(by: { $0.number < $1.number }) where task.unmet.contains(number) {
      change(task.number) { $0.unmet.remove(number) }
      if state != .done {
        list.append((task.number, .dependencyFailed, number))
      } else if task.unmet.count == 1, task.notBefore == nil {
        _ = step(.released, task.number, nil, nil, now, &changes, &list)
      }
    }
  }

  func backoff(_ kind: String) -> Backoff { backoffs[kind] ?? Backoff() }

  mutating func tick(at now: Moment, wall: Timestamp) -> [NaiveChange] {
    var changes: [NaiveChange] = []
    let due = tasks.compactMap { task in task.notBefore.map { (at: $0, number: task.number) } }.filter { $0.at <= now }
    for timer in due.sorted(by: { ($0.at, $0.number) < ($1.at, $1.number) }) {
      change(timer.number) { $0.notBefore = nil }
      if find(timer.number)?.unmet.isEmpty == true {
        changes += apply(.released, to: timer.number, blaming: nil, at: now).changes
      }
    }
    let late = tasks.compactMap { task in task.deadline.map { (at: $0, number: task.number) } }.filter { $0.at <= wall }
    for timer in late.sorted(by: { ($0.at, $0.number) < ($1.at, $1.number) }) {
      changes += apply(.deadlinePassed, to: timer.number, blaming: nil, at: now).changes
    }
    return changes
  }
}
