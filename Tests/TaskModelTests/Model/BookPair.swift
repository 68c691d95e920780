import MusterCore
import SeededDice
import Testing

@testable import TaskModel

/// The book and its simple model, to which the same things happen; random things, for the most part.
struct BookPair {
  var dice: Dice
  var book = TaskBook()
  var model = NaiveBook()
  var now = at(0)
  var wall: Timestamp { Timestamp(milliseconds: now.nanoseconds / 1_000_000) }
  private var last: Int64 = 0
  /// Every task that was ever added and is not final: none may get lost.
  private var expected: Set<Int64> = []
  /// What differed; a run ends with the first.
  var differences: [String] = []

  static let kinds = ["a", "b", "c", "d"]
  static let names = ["u", "v", "w", "x", "y"]

  init(_ dice: Dice) { self.dice = dice }

  private mutating func same<T: Equatable>(_ real: T, _ simple: T, _ what: String) {
    if real != simple { differences.append("\(what): book \(real), model \(simple)") }
  }

  private mutating func pick<T>(_ values: [T]) -> T? { values.randomElement(using: &dice) }
  private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &dice) }

  mutating func step() {
    switch number(0...99) {
    case 0..<22: add()
    case 22..<45: claim()
    case 45..<70: report()
    case 70..<74: judge()
    case 74..<75: lateResult()
    case 75: blame()
    case 76..<79: event(.cancelled, pick(model.tasks)?.number, blaming: nil)
    case 79..<81: retry()
    case 81..<86: tick()
    case 86..<91: enroll()
    case 91..<93: setAside()
    case 93..<95: setAccepting()
    case 95..<96: dismiss()
    case 96..<98: define()
    default: recordRunTime()
    }
  }

  // MARK: Tasks

  private mutating func add() {
    last += 1
    let after = dice.chance(25) ? (0..<number(1...2)).compactMap { _ in pick(model.tasks)?.number } : []
    let needs =
      dice.chance(60)
      ? Needs()
      : Needs(slots: UInt16(number(1...4)), memory: UInt64(number(0...2)) * 50, gpus: UInt16(number(0...1)))
    let new = TaskBook.NewEntry(
      task: last, kind: pick(Self.kinds) ?? "", priority: Int16(number(-1...1)), needs: needs,
      oversize: dice.chance(5), life: TaskLife(waiting: !after.isEmpty, maxAttempts: UInt16(number(1...3))),
      unmetDependencies: after,
      deadline: dice.chance(10) ? wall + .seconds(number(0...300)) : nil,
      failedOn: dice.chance(5) ? [pick(Self.names) ?? ""] : [])
    add(new, dependencies: Set(after))
  }

  private mutating func add(_ new: TaskBook.NewEntry, dependencies: Set<Int64>) {
    same(book.add(new, at: now), true, "adding")
    model.add(new, dependencies: dependencies, at: now)
    expected.insert(new.task)
  }

  private mutating func retry() {
    guard let task = pick(model.ended),
      !model.ended.contains(where: { task.dependencies.contains($0.number) })
    else { return }
    model.ended.removeAll { $0.number == task.number }
    let unmet = task.dependencies.filter { model.find($0) != nil }
    var life = task.life
    _ = life.apply(.retried(waiting: !unmet.isEmpty))
    add(
      TaskBook.NewEntry(
        task: task.number, kind: task.kind, priority: task.priority, needs: task.needs, oversize: task.oversize,
        life: life, unmetDependencies: Array(unmet), failedOn: task.failedOn), dependencies: task.dependencies)
  }

  private mutating func event(_ event: TaskEvent, _ task: Int64?, blaming: String?) {
    guard let task else { return }
    var changes: [TaskBook.Change] = []
    let reaction = book.apply(event, to: task, blaming: blaming, at: now, changes: &changes)
    let simple = model.apply(event, to: task, blaming: blaming, at: now)
    same(reaction, simple.reaction, "\(event) to \(task)")
    same(changes.map(NaiveChange.init), simple.changes, "changes by \(event) to \(task)")
    for change in simple.changes where change.life.state.isFinal { expected.remove(change.task) }
  }

  private mutating func report() {
    guard let task = pick(model.tasks.filter { $0.life.state == .running }) ?? pick(model.tasks) else { return }
    var token = task.life.token ?? Token(epoch: 1, number: 1)
    if dice.chance(5) { token = Token(epoch: token.epoch, task: task.number, attempt: token.attempt &+ 1) }
    switch number(0...9) {
    case 0..<3: event(.started(token), task.number, blaming: nil)
    case 3..<6: event(.succeeded(token, verify: dice.chance(30)), task.number, blaming: nil)
    case 6..<8: event(.attemptFailed(token), task.number, blaming: dice.chance(80) ? task.worker : nil)
    case 8: event(.attemptLost(token), task.number, blaming: nil)
    default: event(.attemptReturned(token), task.number, blaming: nil)
    }
  }

  private mutating func judge() {
    guard let task = pick(model.tasks.filter { $0.life.state == .verifying }), let token = task.life.token else {
      return
    }
    if dice.chance(60) {
      event(.judgedValid(token), task.number, blaming: nil)
    } else {
      event(.judgedInvalid(token), task.number, blaming: pick(Self.names))
    }
  }

  private mutating func lateResult() {
    guard let task = pick(model.tasks.filter { $0.life.handouts > 1 }) else { return }
    event(.lateResultJudgedValid(Token(epoch: 9, task: task.number, attempt: 1)), task.number, blaming: nil)
  }

  private mutating func blame() {
    guard let task = pick(model.tasks)?.number, let name = pick(Self.names) else { return }
    book.blame(name, for: task)
    model.change(task) { $0.failedOn.insert(name) }
  }

  private mutating func tick() {
    now = now + .milliseconds(number(0...40_000))
    var changes: [TaskBook.Change] = []
    book.tick(at: now, wall: wall, changes: &changes)
    let simple = model.tick(at: now, wall: wall)
    same(changes.map(NaiveChange.init), simple, "changes by the clock")
    for change in simple where change.life.state.isFinal { expected.remove(change.task) }
  }

  // MARK: Workers and kinds

  private mutating func claim() {
    guard let name = pick(Self.names) else { return }
    let limit = number(1...4)
    var claimed: [TaskBook.Claimed] = []
    book.claim(for: name, limit: limit, epoch: 9, at: now, into: &claimed)
    let simple = model.claim(for: name, limit: limit, epoch: 9, at: now)
    same(
      claimed.map { NaiveBook.Claimed(task: $0.task, token: $0.token, prefetched: $0.prefetched) }, simple,
      "claim of \(limit) by \(name)")
  }

  private mutating func enroll() {
    guard let name = pick(Self.names) else { return }
    var rules: [String: SetAsideRule] = [:]
    if dice.chance(20), let kind = pick(Self.kinds) { rules[kind] = dice.chance(50) ? .nothing : .trial }
    let worker = RosterWorker(
      name: name, kinds: Set(Self.kinds.filter { _ in dice.chance(75) }),
      capacity: Needs(
        slots: UInt16(number(1...6)), memory: UInt64(number(0...4)) * 50, gpus: UInt16(number(0...2))),
      accepting: dice.chance(90), prefetchLimit: number(0...3), setAside: rules, refusesOversize: dice.chance(20))
    book.enroll(worker)
    model.workers[name] = NaiveWorker(worker, reservedFor: model.workers[name]?.reservedFor)
  }

  private mutating func setAside() {
    guard let name = pick(Self.names), let kind = pick(Self.kinds),
      let rule = pick([SetAsideRule?.none, .nothing, .trial])
    else {
      return
    }
    book.setAside(worker: name, kind: kind, rule: rule)
    model.workers[name]?.rules[kind] = rule
  }

  private mutating func setAccepting() {
    guard let name = pick(Self.names) else { return }
    let accepting = dice.chance(70)
    book.setAccepting(accepting, worker: name)
    model.workers[name]?.accepting = accepting
    if !accepting { model.workers[name]?.reservedFor = nil }
  }

  private mutating func dismiss() {
    guard let name = pick(Self.names) else { return }
    book.dismiss(worker: name)
    model.workers[name] = nil
  }

  private mutating func define() {
    guard let kind = pick(Self.kinds), let order = pick(TaskOrder.allCases) else { return }
    let backoff = Backoff(initial: .seconds(number(0...5)), factor: 2, limit: .seconds(20))
    book.define(kind: kind, order: order, backoff: backoff, hasVerifier: false)
    model.orders[kind] = order
    model.backoffs[kind] = backoff
  }

  private mutating func recordRunTime() {
    guard let kind = pick(Self.kinds), book.kindIndices[kind] != nil else { return }
    let time = UInt64(number(1...130)) * 1_000_000
    book.recordRunTime(kind: kind, nanoseconds: time)
    model.runTimes[kind, default: RunTimes()].record(nanoseconds: time)
  }

  // MARK: Recounting

  /// Compares everything that both know, and all that the book keeps twice with a recount.
  mutating func compare() {
    same(Set(book.entries.keys), expected, "tasks that are not final")
    same(Set(model.tasks.map(\.number)), expected, "the model's tasks")
    for task in model.tasks {
      same(book.life(of: task.number), task.life, "life of \(task.number)")
      same(book.worker(of: task.number), task.worker, "holder of \(task.number)")
      same(Int(book.entries[task.number]?.unmet ?? 0), task.unmet.count, "unmet of \(task.number)")
      same(book.entries[task.number]?.notBefore, task.notBefore, "backoff of \(task.number)")
      same(book.entries[task.number].flatMap { book.exclusions[$0.exclusion] }, task.failedOn, "who failed it")
    }
    let counts = book.counts().reduce(into: [String: Int]()) { $0["\($1.kind) \($1.state.name)"] = $1.count }
    same(counts, recount { "\($0.kind) \($0.life.state.name)" }, "counts")
    same(book.queuedByKind, recount({ $0.kind }, where: .queued), "queued by kind")
    compareWorkers()
    compareShared()
    compareQueue()
  }

  private func recount(_ key: (NaiveTask) -> String, where state: TaskState? = nil) -> [String: Int] {
    model.tasks.reduce(into: [:]) { if state == nil || $1.life.state == state { $0[key($1), default: 0] += 1 } }
  }

  private mutating func compareWorkers() {
    same(Set(book.workers.keys), Set(model.workers.keys), "workers")
    for name in Self.names {
      let held = model.held(by: name)
      same(Set(book.heldTasks(of: name)), Set(held.map(\.number)), "what \(name) holds")
      guard let worker = book.workers[name] else { continue }
      let used = model.used(by: name)
      same(worker.used, Needs(slots: UInt16(used.slots), memory: UInt64(used.memory), gpus: UInt16(used.gpus)), "used")
      same(worker.setAside, model.workers[name]?.rules, "rules of \(name)")
      same(worker.reservedFor, model.workers[name]?.reservedFor, "reservation of \(name)")
    }
    same(book.holders(), Set(model.tasks.filter { $0.life.state == .running }.compactMap(\.worker)), "holders")
    same(Set(book.absent.keys).isDisjoint(with: book.workers.keys), true, "absent workers are not on the roster")
  }

  /// The interners count exactly their holders, and nothing is remembered of tasks that ended.
  private mutating func compareShared() {
    var needs: [NeedsClass: Int] = [:]
    var exclusions: [Set<String>: Int] = [[]: 1]
    for task in model.tasks {
      needs[NeedsClass(needs: task.needs, oversize: task.oversize), default: 0] += 1
      exclusions[task.failedOn, default: 0] += 1
    }
    same(book.needs.holderCounts, needs, "holders of needs")
    same(book.exclusions.holderCounts, exclusions, "holders of exclusions")
    same(book.passedOver, model.passedOver, "passed over")
    same(book.liveDeadlines, model.tasks.count { $0.deadline != nil }, "deadlines")
    same(Set(book.dependents.keys).isSubset(of: expected), true, "only live tasks are waited for")
  }

  private mutating func compareQueue() {
    let names = book.kinds.map(\.name)
    var lines: [Int16: [String]] = [:]
    for level in book.queue.levels {
      lines[level.priority] = level.kinds.map { names[Int($0.kind)] }
      for kind in level.kinds {
        let queued = model.tasks.count {
          $0.life.state == .queued && $0.kind == names[Int(kind.kind)] && $0.priority == level.priority
        }
        same(kind.live, queued, "queued in line")
        same(kind.stored, kind.lanes.reduce(0) { $0 + $1.count }, "entries in lanes")
      }
    }
    same(lines, model.lines, "lines")
  }
}
