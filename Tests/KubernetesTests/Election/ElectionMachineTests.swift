import MusterCore
import SeededDice
import Testing

@testable import Kubernetes

@Suite("Who leads")
struct ElectionMachineTests {
  let start = Moment(nanoseconds: 0)
  let wall = Timestamp(milliseconds: 1_700_000_000_000)

  func machine(_ identity: String) throws -> ElectionMachine {
    ElectionMachine(identity: identity, settings: try ElectionSettings())
  }

  func record(_ machine: ElectionMachine, _ now: Moment) throws -> LeaseRecord {
    guard case .write(let record) = machine.move(now: now, wall: wall) else {
      throw KubernetesError(.badValue, "there is nothing to write")
    }
    return record
  }

  @Test("the first candidate makes the lease, and keeps what others count by")
  func first() throws {
    var a = try machine("a")
    a.saw(nil, now: start)
    let made = try record(a, start)
    #expect(made.holder == "a" && made.durationSeconds == 15 && made.transitions == 0)
    #expect(made.acquired == "2023-11-14T22:13:20.000000Z")
    a.wrote(made, begun: start, now: start)
    #expect(a.isLeading && a.leader == "a")
    var renewed = try record(a, start + .seconds(2))
    renewed.renewed = made.renewed
    #expect(renewed == made)
  }

  @Test("another's lease is waited for from when it was last seen to change, whatever its own clock says")
  func waits() throws {
    var b = try machine("b")
    var held = LeaseRecord(holder: "a", durationSeconds: 15, acquired: "x", renewed: "1970", transitions: 3)
    b.saw(held, now: start)
    #expect(b.move(now: start + .seconds(14), wall: wall) == .wait)
    held.renewed = "1971"
    b.saw(held, now: start + .seconds(14))
    #expect(b.move(now: start + .seconds(28), wall: wall) == .wait)
    let taken = try record(b, start + .seconds(29))
    #expect(taken.holder == "b" && taken.transitions == 4)
  }

  @Test("a lease that its holder promised for longer is left to it for longer")
  func promised() throws {
    var b = try machine("b")
    b.saw(LeaseRecord(holder: "a", durationSeconds: 60), now: start)
    #expect(b.move(now: start + .seconds(59), wall: wall) == .wait)
    _ = try record(b, start + .seconds(60))
  }

  @Test("a lease that was given back is taken at once")
  func released() throws {
    var a = try machine("a")
    a.saw(nil, now: start)
    let taken = try record(a, start)
    a.wrote(taken, begun: start, now: start)
    let released = try #require(a.release(taken, wall: wall))
    #expect(released.holder == "" && released.durationSeconds == 1)
    a.wrote(released, begun: start, now: start)
    #expect(!a.isLeading && a.release(released, wall: wall) == nil)
    var b = try machine("b")
    b.saw(released, now: start)
    #expect(try record(b, start).transitions == 1)
  }

  @Test("a leader that cannot renew stops before another can begin")
  func loses() throws {
    var a = try machine("a")
    a.saw(nil, now: start)
    a.wrote(try record(a, start), begun: start, now: start + .seconds(1))
    #expect(a.mustRenewBy == start + .seconds(10))
    a.tick(now: start + .seconds(9))
    #expect(a.isLeading)
    a.tick(now: start + .seconds(10))
    #expect(!a.isLeading)
  }

  @Test("a leader that sees another's name in the lease leads no more")
  func replaced() throws {
    var a = try machine("a")
    a.saw(nil, now: start)
    a.wrote(try record(a, start), begun: start, now: start)
    a.saw(LeaseRecord(holder: "b", durationSeconds: 15), now: start)
    #expect(!a.isLeading && a.leader == "b")
  }

  @Test("times with which two could lead are refused")
  func settings() {
    #expect(throws: KubernetesError.self) { try ElectionSettings(leaseDuration: .seconds(10)) }
    #expect(throws: KubernetesError.self) { try ElectionSettings(renewDeadline: .seconds(2)) }
    #expect(throws: KubernetesError.self) { try ElectionSettings(leaseDuration: .zero) }
    #expect(throws: KubernetesError.self) {
      try ElectionSettings(leaseDuration: .milliseconds(15_900), renewDeadline: .milliseconds(15_500))
    }
  }

  @Test("of candidates with failing writes and clocks of their own, at most one leads at any time", arguments: 0..<20)
  func never(seed: Int) throws {
    var random = Dice(seed: UInt64(seed))
    var machines = try (0..<4).map { try machine("c\($0)") }
    // Each candidate's clock began at another time; the lease itself, with its version.
    let offsets = machines.map { _ in Duration.seconds(Int.random(in: 0...1000, using: &random)) }
    var lease: (record: LeaseRecord, version: Int)?
    var now = start
    var leaders: Set<String> = []
    for _ in 0..<3000 {
      now = now + .milliseconds(Int.random(in: 10...1500, using: &random))
      let index = Int.random(in: 0..<4, using: &random)
      let mine = now + offsets[index]
      for other in machines.indices { machines[other].tick(now: now + offsets[other]) }
      // Unreachable now and then, for long.
      if (now.nanoseconds / 60_000_000_000 + Int64(index)).isMultiple(of: 3) { continue }
      machines[index].saw(lease?.record, now: mine)
      guard case .write(let record) = machines[index].move(now: mine, wall: wall + (now - start)) else { continue }
      let isConflict = Int.random(in: 0..<10, using: &random) == 0
      if isConflict { continue }
      lease = (record, (lease?.version ?? 0) + 1)
      // The answer is lost: the write happened and nobody knows.
      if Int.random(in: 0..<10, using: &random) == 0 { continue }
      machines[index].wrote(record, begun: mine, now: mine)
      let leading = machines.filter(\.isLeading)
      #expect(leading.count <= 1)
      leaders.formUnion(leading.map(\.identity))
    }
    #expect(leaders.count > 1)
  }
}
