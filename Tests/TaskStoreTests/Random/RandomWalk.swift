import Foundation
import MusterCore
import SeededDice
import TaskModel
import Testing

@testable import TaskStore

/// Rolls a call, makes it on the store and on the model, and compares what both say.
final class RandomWalk {
  private var world: World
  private let folder: String?
  private var dice: Dice
  private var model: StoreModel
  private var tokens: [Token] = []
  private var history: [String] = []
  private var submitted = 0
  private var met: Set<String> = []
  private static let workers = ["u", "v", "w"]
  private static let slots = 3

  init(_ world: World, folder: String?, dice: Dice) {
    self.world = world
    self.folder = folder
    self.dice = dice
    model = StoreModel(wall: world.time.timestamp())
  }

  /// Whether every answer that there is was given at least once.
  var hasMetAll: Bool {
    met.isSuperset(of: ["committed", "committedLate", "verifying", "discarded", "stale", "requeued"])
      && met.isSuperset(of: ["committed", "committedLate", "discarded", "requeued", "stale"].map { "judged \($0)" })
  }

  func begin() async throws {
    try await world.store.define(KindDefinition.samples)
    for worker in Self.workers { try await enroll(worker) }
  }

  private func enroll(_ worker: String) async throws {
    try await world.enroll(worker, slots: UInt16(Self.slots))
    model.workers[worker] = Self.slots
  }

  /// Says the last calls when something differs, so that a failure can be read without running it again.
  private func same<Value: Equatable>(_ store: Value, _ model: Value, _ what: String) {
    #expect(store == model, "\(what); the last calls: \(history.suffix(12).joined(separator: " | "))")
  }

  func step() async throws {
    model.ended = []
    model.stops = []
    switch dice.roll(0..<100) {
    // Few submissions beside many claims: in a short line every task is met often, and with it who may not have it.
    case 0..<9: try await submit()
    case 9..<42: try await claim()
    case 42..<50: try await start()
    case 50..<78: try await end()
    case 78..<84: try await judge()
    case 84..<88: try await cancel()
    case 88..<92: try await retry()
    case 92..<95: try await pass()
    default: try await dismissOrEnroll()
    }
    let signals = try await world.signals()
    same(signals.flatMap(\.ended).map(\.id.text).sorted(), model.ended.sorted(), "tasks that ended")
    same(Set(signals.flatMap(\.stops).map(\.token)), Set(model.stops), "attempts to stop")
  }

  // MARK: Calls

  private func submit() async throws {
    var batch: [NewTask] = []
    var expected: [SubmitOutcome] = []
    for _ in 0..<dice.roll(1..<5) {
      if dice.chance(10), let old = someTask().flatMap({ model.tasks[$0] }) {
        batch.append(make(old))
        expected.append(model.submit(old))
        continue
      }
      submitted += 1
      let dependencies = dice.chance(35) ? Set((0..<dice.roll(1..<4)).compactMap { _ in someTask() }) : []
      let task = ModelTask(
        id: "t\(submitted)", number: submitted, kind: dice.chance(50) ? "judged" : "plain", priority: dice.roll(-1..<2),
        maxAttempts: dice.roll(1..<4), dependencies: dependencies.sorted(), state: .queued,
        deadline: dice.chance(15) ? model.wall + .milliseconds(dice.roll(1..<20_000)) : nil)
      batch.append(make(task))
      expected.append(model.submit(task))
    }
    history.append("submit \(batch.map { "\($0.id) after \($0.dependsOn)" })")
    same(try await world.store.submit(batch), expected, "submitted")
  }

  private func make(_ task: ModelTask) -> NewTask {
    world.task(task.id, kind: task.kind, input: task.id) {
      $0.priority = Int16(task.priority)
      $0.maxAttempts = UInt16(task.maxAttempts)
      $0.dependsOn = task.dependencies.map { TaskID(trusted: $0) }
      $0.deadline = task.deadline
    }
  }

  private func claim() async throws {
    let worker = Self.workers[dice.roll(0..<3)]
    let limit = dice.roll(1..<5)
    let claimed = try await world.claim(worker, limit: limit)
    history.append("claim \(worker) \(limit) -> \(claimed.map { "\($0.id) \($0.token)" })")
    let open = model.tasks.values.filter { model.isOpen($0, to: worker) }
    let room = (model.workers[worker] ?? 0) - model.held(by: worker).count
    same(
      claimed.count, model.workers[worker] == nil ? 0 : min(limit, max(room, 0), open.count), "number of tasks claimed")
    var previous: ModelTask?
    for task in claimed {
      let before = try #require(model.tasks[task.id.text])
      #expect(model.isOpen(before, to: worker), "\(task.id) is not to be handed to \(worker)")
      #expect(try task.input.load() == Data(before.id.utf8))
      // Higher priority first, then the oldest of its kind.
      if let previous, previous.kind == before.kind {
        #expect((-previous.priority, previous.number) < (-before.priority, before.number))
      } else if let previous {
        #expect(previous.priority >= before.priority)
      }
      #expect(model.owner[task.token] == nil, "the token \(task.token) was handed out before")
      previous = before
      model.claimed(task.id.text, task.token, by: worker)
      tokens.append(task.token)
    }
    for task in open where claimed.count < limit && room > claimed.count {
      #expect(claimed.contains { $0.id.text == task.id }, "\(task.id) was left, though there was room for it")
    }
  }

  /// Mostly one that is current, else any that ever was.
  private func someToken() -> Token? {
    let current = model.tasks.values.compactMap { $0.state == .running ? $0.last : nil }.sorted {
      $0.number < $1.number
    }
    if dice.chance(75), let token = current.randomElement(using: &dice) { return token }
    return tokens.randomElement(using: &dice)
  }

  private func holder(of token: Token) -> String {
    let worker = model.owner[token].flatMap { model.tasks[$0]?.attempts[token]?.worker }
    return dice.chance(3) ? Self.workers[dice.roll(0..<3)] : worker ?? "w"
  }

  private func start() async throws {
    guard let token = someToken() else { return }
    let worker = holder(of: token)
    history.append("start \(token) by \(worker)")
    try await world.start(token, by: worker)
    model.start(token, by: worker)
  }

  private func end() async throws {
    // Late results are rare unless they are looked for.
    let late = dice.chance(30) ? model.overdue().randomElement(using: &dice) : nil
    guard var token = late ?? someToken() else { return }
    if dice.chance(2) { token = Token(epoch: token.epoch &+ 1, number: token.number) }
    let worker = holder(of: token)
    let ends: [EndReport.End] = [
      .done, .done, .done, .done, .failed, .retry, .timeout, .memory, .unrunnable, .returned, .lost, .expired,
      .cancelled,
    ]
    let end = late != nil && dice.chance(80) ? .done : ends[dice.roll(0..<ends.count)]
    let result = Data("r\(dice.roll(0..<2))".utf8)
    let report = EndReport(token: token, end: end, result: .bytes(result), error: "e", verified: dice.chance(20))
    let expected = model.end(report, result: result, by: worker)
    history.append("end \(token) \(end) \(report.verified) \(String(decoding: result, as: UTF8.self)) by \(worker)")
    let outcome = try await world.store.exchange(Exchange(worker: worker, ends: [report]))
    met.insert("\(expected)")
    same(outcome.ends.map(\.verdict), [expected], "verdict on \(end) of \(model.owner[token] ?? "?")")
  }

  private func judge() async throws {
    let waiting = model.tasks.values.flatMap(\.unjudged.keys).sorted { $0.number < $1.number }
    guard let token = (dice.chance(85) ? waiting : tokens).randomElement(using: &dice) else { return }
    let valid = dice.chance(60)
    history.append("judge \(token) \(valid)")
    let expected = model.judge(token, valid: valid)
    met.insert("judged \(expected)")
    same(try await world.judge(token, valid: valid).verdict, expected, "judgement")
  }

  private func cancel() async throws {
    guard let id = someTask() else { return }
    history.append("cancel \(id)")
    let expected = model.cancel(id)
    same(try await world.cancel(id), expected, "cancel")
  }

  private func retry() async throws {
    let ended = model.tasks.values.filter { $0.state == .failed || $0.state == .cancelled }.map(\.id).sorted()
    guard let id = dice.chance(80) ? ended.randomElement(using: &dice) : someTask() else { return }
    history.append("retry \(id)")
    let (expected, blockers) = model.retry(id)
    let outcome = try await world.retry(id)
    if case .blocked(let by) = outcome, blockers.contains(by.text) { return }
    same(outcome, expected, "retry of \(id)")
  }

  private func someTask() -> String? { model.tasks.keys.sorted().randomElement(using: &dice) }

  private func pass() async throws {
    let duration = Duration.milliseconds(dice.roll(1..<4000))
    history.append("pass \(duration)")
    model.pass(duration)
    try await world.pass(duration)
  }

  private func dismissOrEnroll() async throws {
    let worker = Self.workers[dice.roll(0..<3)]
    if model.workers[worker] == nil || dice.chance(50) {
      history.append("enroll \(worker)")
      return try await enroll(worker)
    }
    history.append("dismiss \(worker)")
    model.dismiss(worker)
    try await world.store.dismiss(worker: worker, reason: "gone")
  }

  // MARK: Comparing

  func compareAll() async throws {
    let records = try await world.store.list(TaskFilter(limit: 1_000_000))
    same(Set(records.map(\.id.text)), Set(model.tasks.keys), "tasks that exist")
    for record in records {
      let task = try #require(model.tasks[record.id.text])
      same(record.state, task.state, "state of \(task.id)")
      same(record.failures, task.failures, "failures of \(task.id)")
      same(record.late, task.committed?.late ?? false, "lateness of \(task.id)")
      same(record.handouts, task.attempts.count, "hand-outs of \(task.id)")
      if task.state == .done {
        same(try await world.resultText(task.id).map { Data($0.utf8) }, task.committed?.result, "result")
      }
      let outcomes = try await world.attempts(task.id).map(\.outcome)
      let expected = task.attempts.sorted { $0.key.attempt < $1.key.attempt }.compactMap(\.value.outcome)
      if task.committed?.late != true { same(outcomes, expected, "attempts of \(task.id)") }
    }
    for worker in Self.workers {
      same(Set(try await world.store.held(by: worker)), Set(model.held(by: worker)), "held by \(worker)")
    }
    same(
      Set(try await world.store.unverified().map(\.token)), Set(model.tasks.values.flatMap(\.unjudged.keys)),
      "results to be verified")
    var counts: [String: Int] = [:]
    for task in model.tasks.values { counts["\(task.kind) \(task.state)", default: 0] += 1 }
    same(
      Dictionary(uniqueKeysWithValues: try await world.store.counts().map { ("\($0.kind) \($0.state)", $0.count) }),
      counts,
      "counts")
  }

  /// What the store keeps in memory is what it would read from its files: says why each task waits, then hands out all.
  func compareWithCopy(at path: String) async throws {
    guard let folder else { return }
    try FileManager.default.copyItem(atPath: folder, toPath: path)
    let fresh = try World(folder: path, time: world.time)
    try await fresh.store.define(KindDefinition.samples)
    for worker in Self.workers where model.workers[worker] != nil {
      try await fresh.enroll(worker, slots: UInt16(Self.slots))
    }
    for task in model.tasks.values where !task.state.isFinal {
      same(try await fresh.why(task.id).map(timeless), try await world.why(task.id).map(timeless), "why \(task.id)")
    }
    same(try await fresh.store.queuedByKind(), try await world.store.queuedByKind(), "queued by kind")
    // Each takes all that it may have, then one that has failed nothing the rest. Kinds take turns by who was served last,
    // which is not stored, so the order is looked at kind by kind.
    var left = model.tasks.values.filter { $0.state == .queued }
      .sorted { (-$0.priority, $0.number) < (-$1.priority, $1.number) }
    for worker in Self.workers.filter({ model.workers[$0] != nil }) + ["all"] {
      try await fresh.enroll(worker, slots: 10_000)
      let claimed = try await fresh.claim(worker, limit: 10_000)
      let open = left.filter { worker == "all" || model.isOpen($0, to: worker) }
      left.removeAll { task in open.contains { $0.id == task.id } }
      for kind in ["plain", "judged"] {
        same(
          claimed.filter { $0.kind == kind }.map(\.id.text), open.filter { $0.kind == kind }.map(\.id),
          "what \(worker) may have of \(kind), in its order")
      }
    }
    await fresh.store.close()
  }

  /// Moments since when something is so begin anew at a start.
  private func timeless(_ reason: WaitingReason) -> WaitingReason {
    let zero = Moment(nanoseconds: 0)
    switch reason {
    case .runs(let worker, let started, _): return .runs(worker: worker, started: started, since: zero)
    case .verifies: return .verifies(since: zero)
    default: return reason
    }
  }

  func reopen() async throws {
    guard let folder else { return }
    await world.store.close()
    world = try World(folder: folder, time: world.time)
    history.append("reopen")
    try await begin()
  }

  /// Closes the store and goes on over another, into which `copy` has brought everything.
  func move(_ copy: () async throws -> World) async throws {
    await world.store.close()
    world = try await copy()
    history.append("move")
    try await begin()
  }

  /// Lets every task come to an end, and looks that each ended as often as it was told.
  func finish() async throws {
    for worker in Self.workers { try await enroll(worker) }
    for id in model.tasks.keys.sorted() {
      model.ended = []
      model.stops = []
      let expected = model.cancel(id)
      same(try await world.cancel(id), expected, "last cancel")
      same(try await world.endedSignals().map(\.id.text).sorted(), model.ended.sorted(), "tasks that ended at last")
    }
    same(try await world.store.holders(), [], "holders at last")
    same(try await world.store.queuedByKind(), [:], "queued at last")
    await world.store.close()
  }
}
