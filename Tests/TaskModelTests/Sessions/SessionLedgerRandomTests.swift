import MusterCore
import SeededDice
import Testing

@testable import TaskModel

struct SessionLedgerRandomTests {
  /// What a bystander who sees every call and every answer knows of one name.
  private struct Seen {
    var session: UInt64?
    var generation: UInt64
    var connected: Bool
    /// The last thing that gave it time: a frame, a connection, a grace.
    var renewed: Moment
  }

  private static let names = ["u", "v", "w"]

  @Test(arguments: Dice.forThisRun())
  func noSessionEndsEarlyOrLateOrTwice(_ first: Dice) {
    var dice = first
    print("the ledger of sessions: \(dice)")
    var ledger = SessionLedger(heartbeat: .seconds(5))
    var seen: [String: Seen] = [:]
    var now = at(0)
    var lastTick: Moment?
    for step in 0..<8000 {
      let name = Self.names.randomElement(using: &dice) ?? ""
      let session = UInt64.random(in: 1...2, using: &dice)
      let known = seen[name]
      // Mostly the generations around the current one: those are where mistakes are.
      let generation = (known?.generation ?? 1) &+ UInt64.random(in: 0...2, using: &dice) &- 1
      let isCurrent = known?.session == session && known?.generation == generation
      switch Int.random(in: 0..<100, using: &dice) {
      case 0..<15:
        let answer = ledger.connect(name: name, session: session, generation: generation, at: now)
        #expect(Self.isRight(answer, known, session, generation), "\(first), step \(step): \(answer)")
        guard Self.isAccepted(answer) else { break }
        seen[name] = Seen(session: session, generation: generation, connected: true, renewed: now)
      case 15..<45:
        let heard = ledger.heard(name: name, session: session, generation: generation, at: now)
        #expect(heard == (isCurrent && known?.connected == true), "\(first), step \(step)")
        if heard { seen[name]?.renewed = now }
      case 45..<55:
        ledger.disconnected(name: name, session: session, generation: generation, at: now)
        if isCurrent { seen[name]?.connected = false }
      case 55..<57:
        #expect(ledger.left(name: name, session: session, generation: generation, at: now) == isCurrent)
        if isCurrent { seen[name] = nil }
      case 57..<60:
        ledger.expect(name: name, at: now)
        if known == nil { seen[name] = Seen(session: nil, generation: 0, connected: false, renewed: now) }
      case 60..<61:
        ledger.graceAll(at: now)
        for name in seen.keys { seen[name]?.renewed = now }
      default:
        now = now + .milliseconds(dice.chance(3) ? 20_000 : Int.random(in: 0...3000, using: &dice))
        let ended = ledger.tick(at: now)
        let stopped = lastTick.map { now - $0 > .seconds(5) } ?? true
        lastTick = now
        if stopped { for name in seen.keys { seen[name]?.renewed = now } }
        let due = seen.filter { now - $0.value.renewed >= .seconds(15) }.keys.sorted()
        #expect(ended == due, "\(first), step \(step)")
        for name in ended { seen[name] = nil }
      }
      #expect(ledger.names == seen.keys.sorted(), "\(first), step \(step)")
      for (name, session) in seen {
        let state = ledger.state(of: name)
        #expect(state?.session == session.session && state?.connected == session.connected, "\(first), step \(step)")
        #expect(state?.ends == session.renewed + .seconds(15), "\(first), step \(step)")
      }
    }
  }

  private static func isAccepted(_ answer: ConnectAnswer) -> Bool {
    if case .refused = answer { return false }
    return true
  }

  private static func isRight(
    _ answer: ConnectAnswer, _ known: Seen?, _ session: UInt64, _ generation: UInt64
  ) -> Bool {
    switch answer {
    case .opened: known == nil
    case .resumed: known?.session.map { $0 == session && generation > known?.generation ?? 0 } ?? (known != nil)
    case .replaced(let old): known?.session == old && old != session && known?.connected == false
    case .refused:
      known?.session.map { $0 == session ? generation <= known?.generation ?? 0 : known?.connected == true } ?? false
    }
  }
}
