import MusterCore
import SeededDice
import Testing

@testable import Kubernetes

@Suite("What a watch does next")
struct WatchMachineTests {
  let start = Moment(nanoseconds: 0)

  @Test("it lists, watches from there, and goes on from what it saw")
  func usual() {
    var machine = WatchMachine(WatchSettings())
    #expect(machine.next(random: 0) == .list)
    machine.listed(at: "5")
    #expect(machine.next(random: 0) == .watch(from: "5", seconds: 300))
    machine.accepted(at: start)
    machine.saw("8")
    machine.ended(.closed, now: start + .seconds(300), random: 0)
    #expect(machine.next(random: 1) == .watch(from: "8", seconds: 600))
  }

  @Test("a broken connection is taken up from the last event, at once if it had been sound")
  func broken() {
    var machine = WatchMachine(WatchSettings(), from: "5")
    _ = machine.next(random: 0)
    machine.accepted(at: start)
    machine.ended(.broken, now: start + .seconds(60), random: 0)
    #expect(machine.next(random: 0) == .watch(from: "5", seconds: 300))
    machine.ended(.broken, now: start + .seconds(60), random: 0)
    #expect(machine.next(random: 0) == .wait(.milliseconds(800)))
    #expect(machine.next(random: 0) == .watch(from: "5", seconds: 300))
    machine.ended(.broken, now: start + .seconds(61), random: 1)
    #expect(machine.next(random: 0) == .wait(.milliseconds(800)))
  }

  @Test("a request that waited long and was never let begin is no sound watch")
  func slow() {
    var machine = WatchMachine(WatchSettings(), from: "5")
    for pause in [800, 1600, 3200] {
      _ = machine.next(random: 0)
      machine.ended(.broken, now: start + .seconds(60), random: 0)
      #expect(machine.next(random: 0) == .wait(.milliseconds(pause)))
    }
  }

  @Test("clients whose sound watches end together come back one after the other")
  func spread() {
    for end in [WatchMachine.End.closed, .expired] {
      var machine = WatchMachine(WatchSettings(), from: "5")
      _ = machine.next(random: 0)
      machine.accepted(at: start)
      machine.ended(end, now: start + .seconds(60), random: 0.5)
      #expect(machine.next(random: 0) == .wait(.milliseconds(400)))
    }
  }

  @Test("an expired version leads to a list, the first time at once, then after pauses")
  func expired() {
    var machine = WatchMachine(WatchSettings(), from: "5")
    var now = start
    var waits: [Duration] = []
    for round in 0..<12 {
      var step = machine.next(random: 0)
      if case .wait(let pause) = step {
        waits.append(pause)
        now = now + pause
        step = machine.next(random: 0)
      }
      if round.isMultiple(of: 2) {
        machine.ended(.expired, now: now, random: 0)
      } else {
        #expect(step == .list)
        machine.listed(at: "\(round)")
      }
    }
    #expect(waits.first == .milliseconds(1600) && waits.count == 5)
    #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test("what the server asks for is waited")
  func retryAfter() {
    var machine = WatchMachine(WatchSettings())
    _ = machine.next(random: 0)
    machine.ended(.refused, now: start, atLeast: .seconds(17), random: 0)
    #expect(machine.next(random: 0) == .wait(.seconds(17)))
  }

  @Test("a version that only earns errors is given up in the end")
  func doubt() {
    var machine = WatchMachine(WatchSettings(), from: "5")
    for _ in 0..<4 {
      machine.ended(.refused, now: start, random: 0)
      _ = machine.next(random: 0)
    }
    #expect(machine.next(random: 0) == .list)
  }

  @Test("without a list, no refusal is reason to give a version up")
  func faithful() {
    var machine = WatchMachine(WatchSettings(), from: "5", canList: false)
    for _ in 0..<9 {
      machine.ended(.refused, now: start, random: 0)
      _ = machine.next(random: 0)
    }
    #expect(machine.next(random: 0) == .watch(from: "5", seconds: 300))
  }

  @Test("no server, however it behaves, is asked without end", arguments: 0..<40)
  func noHotLoop(seed: Int) {
    var random = Dice(seed: UInt64(seed))
    var machine = WatchMachine(WatchSettings())
    var now = start
    var requests = 0
    // An hour with a server that answers at once, each time in its own bad way, and sends an event now and then.
    while now < start + .seconds(3600) {
      switch machine.next(random: Double.random(in: 0...1, using: &random)) {
      case .wait(let pause): now = now + pause
      case .list:
        requests += 1
        if Bool.random(using: &random) {
          machine.listed(at: "1")
        } else {
          machine.ended(.refused, now: now, random: Double.random(in: 0...1, using: &random))
        }
      case .watch:
        requests += 1
        if Bool.random(using: &random) { machine.saw("2") }
        let end: WatchMachine.End = [.closed, .broken, .expired, .refused].randomElement(using: &random) ?? .closed
        machine.ended(end, now: now, random: Double.random(in: 0...1, using: &random))
      }
      if requests > 10_000 { break }
    }
    // Pauses of 15 to 30 s, with a list and a watch between two of them, and a dozen requests until they are so long.
    #expect(requests < 3600 / 15 * 2 + 20)
  }
}
