import CoordinatorAPI
import Foundation
import MusterCore
import SeededDice
import TaskModel
import Testing

@testable import Worker

/// Drives a machine with random events, as a coordinator and a runner would, and holds its promises against it.
struct RandomEventRun {
  var random: Dice
  var fixture: MachineFixture
  /// Started by the machine and not ended yet.
  var running: [Token: AttemptRequest] = [:]
  var assigned: Set<Token> = []
  /// Ends that came over a connection, by how they ended.
  var ends: [Token: Muster_V1_AttemptOutcome] = [:]
  var answered: Set<Token> = []
  /// Inputs of which the rest is still to be sent on this connection.
  var partial: Set<Token> = []
  /// From which store each was assigned.
  var stores: [Token: String] = [:]
  var store = "a"
  /// Given up, because another store's coordinator came: nothing may be told of them any more.
  var abandoned: Set<Token> = []
  var isUp = false
  var hasLeft = false
  var nextNumber: UInt64 = 1
  var problems: [String] = []

  init(seed: UInt64) {
    random = Dice(seed: seed)
    fixture = MachineFixture {
      $0.slots = 4
      $0.memory = 100
      $0.gpus = [0, 1]
      $0.limits.inline = 8
      $0.limits.chunk = 8
      $0.limits.frameEnds = 3
      $0.limits.frameLog = 70
    }
  }

  mutating func perform(_ actions: [WorkerAction]) {
    for action in actions {
      switch action {
      case .start(let request):
        if running[request.token] != nil { problems.append("\(request.token) was started twice") }
        running[request.token] = request
        checkUse()
      case .cancel(let token):
        if running[token] == nil { problems.append("\(token) was cancelled and does not run") }
      case .leave:
        hasLeft = true
        if !assigned.isSubset(of: answered) { problems.append("left with unanswered ends") }
      case .send, .sendLogsLater, .lookForStore, .move, .abandoned: break
      }
    }
  }

  private mutating func checkUse() {
    let slots = running.values.reduce(0) { $0 + Int($1.needs.slots) }
    let memory = running.values.reduce(0) { $0 + $1.needs.memory }
    let gpus = running.values.flatMap(\.gpus)
    if slots > 4 || memory > 100 || gpus.count != Set(gpus).count { problems.append("more in use than there is") }
    if Set(running.values.map(\.slot)).count != running.count { problems.append("a slot number was lent twice") }
  }

  mutating func take(_ frames: [Muster_V1_WorkerBatch]) {
    for end in frames.flatMap(\.ends) {
      let token = Token(epoch: end.epoch, number: end.number)
      if let before = ends[token], before != end.outcome {
        problems.append("\(token) ended as \(before) and otherwise")
      }
      if answered.contains(token) { problems.append("\(token) ended again after its answer") }
      if !assigned.contains(token) { problems.append("\(token) ended and was never assigned") }
      if abandoned.contains(token) { problems.append("\(token) was told to another store") }
      if running[token] != nil { problems.append("\(token) ended while it runs") }
      ends[token] = end.outcome
    }
  }

  mutating func connect() {
    let hello = fixture.machine.connect()
    let listed = Set(hello.attempts.map { Token(epoch: $0.epoch, number: $0.number) })
    if listed != assigned.subtracting(answered) { problems.append("the hello does not list what the worker holds") }
    isUp = true
    if chance(20) { changeStore() }
    let stale = listed.map(\.number).sorted().filter { _ in chance(10) }
    perform(fixture.welcome(stale: stale, store: store))
  }

  private mutating func changeStore() {
    store = ["a", "b", "c"].filter { $0 != store }.randomElement(using: &random) ?? "a"
    let others = assigned.subtracting(answered).filter { stores[$0] != store }
    abandoned.formUnion(others)
    assigned.subtract(others)
  }

  mutating func disconnect() {
    isUp = false
    partial = []
    perform(fixture.handle(.disconnected))
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  mutating func pick(_ tokens: some Sequence<Token>) -> Token? {
    tokens.sorted { $0.number < $1.number }.randomElement(using: &random)
  }
}
