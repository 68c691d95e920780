import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel
import Testing

@testable import Worker

extension RandomEventRun {
  mutating func step() {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<30: if isUp { assign() }
    case 30..<50: end()
    case 50..<60: if let token = pick(running.keys) { perform(fixture.handle(.started(token))) }
    case 60..<68:
      if let token = pick(running.keys) {
        perform(fixture.handle(.log(token, Data(count: Int.random(in: 1...90, using: &random)))))
      }
    case 68..<70: perform(fixture.handle(.logsDue))
    case 70..<80: if isUp, let frame = fixture.machine.nextFrame(now: fixture.now) { take([frame]) }
    case 80..<88: if isUp { answer() }
    case 88..<92:
      if isUp, let token = pick(assigned) { perform(fixture.stop(token.number, unstartedOnly: chance(50))) }
    case 92..<94: if isUp { sendRest() }
    case 94..<98: if isUp { disconnect() } else { connect() }
    default: fixture.now = fixture.now + .seconds(1)
    }
  }

  private mutating func assign() {
    let number = nextNumber
    nextNumber += 1
    assigned.insert(.test(number))
    stores[.test(number)] = store
    let isLarge = chance(10)
    if isLarge { partial.insert(.test(number)) }
    let slots = UInt32.random(in: 1...5, using: &random)
    let memory = UInt64.random(in: 0...60, using: &random)
    let gpus = chance(20) ? UInt32.random(in: 1...2, using: &random) : 0
    let kind = chance(5) ? "unknown" : "k"
    perform(
      fixture.assign(number) {
        $0.slots = slots
        $0.memory = memory
        $0.gpus = gpus
        $0.kind = kind
        if isLarge { $0.inputSize = 3 }
      })
  }

  private mutating func sendRest() {
    guard let token = pick(partial) else { return }
    partial.remove(token)
    perform(fixture.batch { $0.chunks = [.test(token.number, "abc", last: true)] })
  }

  private mutating func end() {
    guard let token = pick(running.keys) else { return }
    running[token] = nil
    let outcome = AttemptResult.Outcome.allCases.randomElement(using: &random) ?? .done
    let result = outcome == .done ? Data(count: Int.random(in: 0...30, using: &random)) : Data()
    perform(fixture.handle(.ended(token, AttemptResult(outcome: outcome, result: result))))
  }

  private mutating func answer() {
    guard let token = pick(ends.keys.filter { !answered.contains($0) && !abandoned.contains($0) }) else { return }
    answered.insert(token)
    perform(fixture.answer(token.number))
  }

  /// Lets everything come to its end, as a coordinator and a runner that live long enough do.
  mutating func settle() {
    perform(fixture.handle(.drain))
    if !isUp { connect() }
    for token in running.keys.sorted(by: { $0.number < $1.number }) {
      running[token] = nil
      perform(fixture.handle(.ended(token, AttemptResult(outcome: .done))))
    }
    take(fixture.frames())
    for token in assigned.subtracting(answered).sorted(by: { $0.number < $1.number }) {
      guard ends[token] != nil else {
        problems.append("\(token) was assigned and never ended")
        continue
      }
      answered.insert(token)
      perform(fixture.answer(token.number))
    }
    if !hasLeft { problems.append("the worker did not leave") }
    if fixture.machine.capacity.slotsInUse != 0 || fixture.machine.capacity.freeMemory != 100 {
      problems.append("something is in use although nothing runs")
    }
  }
}

@Suite("Random events")
struct RandomEventTests {
  @Test("capacity is never exceeded, every assignment ends, nothing unanswered is dropped")
  func invariants() {
    let given = ProcessInfo.processInfo.environment["MUSTER_TEST_SEED"].flatMap { UInt64($0) }
    let seed = given ?? UInt64.random(in: 0...999_999)
    print("WorkerTests random events: MUSTER_TEST_SEED=\(seed)")
    for round in 0..<150 {
      var run = RandomEventRun(seed: seed + UInt64(round))
      run.connect()
      for _ in 0..<300 where run.problems.isEmpty { run.step() }
      run.settle()
      #expect(run.problems.isEmpty, "seed \(seed + UInt64(round))")
    }
  }
}
