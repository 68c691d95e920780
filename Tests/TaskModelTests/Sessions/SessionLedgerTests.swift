import MusterCore
import Testing

@testable import TaskModel

struct SessionLedgerTests {
  private let f = SessionFixture()

  // MARK: Connecting

  @Test func opensResumesAndReplaces() {
    #expect(f.connect(session: 1, generation: 1, at: 0) == .opened)
    f.disconnect(session: 1, generation: 1, at: 1)
    #expect(f.connect(session: 1, generation: 2, at: 2) == .resumed)
    f.disconnect(session: 1, generation: 2, at: 3)
    #expect(f.connect(session: 7, generation: 1, at: 4) == .replaced(oldSession: 1))
    #expect(f.ledger.state(of: "w")?.session == 7)
  }

  @Test func aNewerConnectionWinsBeforeTheOldOneIsKnownToBeBroken() {
    _ = f.connect(session: 1, generation: 1, at: 0)
    #expect(f.connect(session: 1, generation: 2, at: 1) == .resumed)
    f.disconnect(session: 1, generation: 1, at: 2)
    #expect(f.ledger.state(of: "w")?.connected == true, "the end of the old connection is not the new one's")
  }

  @Test(arguments: [3, 4] as [UInt64])
  func anOldGenerationIsRefused(current: UInt64) {
    _ = f.connect(session: 1, generation: current, at: 0)
    f.disconnect(session: 1, generation: current, at: 1)
    guard case .refused(let reason) = f.connect(session: 1, generation: 3, at: 2) else {
      Issue.record("a connection that was overtaken must not take the session back")
      return
    }
    #expect(
      reason
        == "worker 'w' greeted with connection number 3, but number \(current) was there before; connect again with a higher one"
    )
    #expect(f.ledger.state(of: "w")?.connected == false)
  }

  @Test func aNameInUseIsRefusedUntilItsSessionHasEnded() {
    _ = f.connect(session: 1, generation: 1, at: 0)
    #expect(
      f.connect(session: 2, generation: 1, at: 1)
        == .refused(
          """
          a worker named 'w' is connected already; give this one another name, or, if that one has just died, try again in 15 s
          """))
    f.tick(upTo: 15)
    #expect(f.connect(session: 2, generation: 1, at: 16) == .opened)
  }

  @Test func sessionsAreBounded() {
    for number in 0..<SessionLedger.mostSessions {
      _ = f.ledger.connect(name: "w\(number)", session: 1, generation: 1, at: at(0))
    }
    #expect(
      f.connect(session: 1, generation: 1, at: 1)
        == .refused("there are 65536 workers here already, and this coordinator serves no more"))
    #expect(f.ledger.connect(name: "w5", session: 1, generation: 2, at: at(1)) == .resumed)
  }

  // MARK: Heartbeats

  @Test func threeMissedHeartbeatsEndASession() {
    _ = f.connect(session: 1, generation: 1, at: 0)
    f.tick(upTo: 4)
    #expect(f.heard(session: 1, generation: 1, at: 4))
    #expect(f.tick(upTo: 18.9).isEmpty)
    #expect(f.tick(upTo: 19) == ["w"])
    #expect(f.ledger.state(of: "w") == nil)
    #expect(!f.heard(session: 1, generation: 1, at: 20), "what comes after the end is refused")
  }

  @Test func aWorkerThatIsHeardLivesOn() {
    _ = f.connect(session: 1, generation: 1, at: 0)
    for second in stride(from: 0.0, through: 300, by: 2.5) {
      #expect(f.ledger.tick(at: at(second)).isEmpty)
      if second.truncatingRemainder(dividingBy: 10) == 0 { #expect(f.heard(session: 1, generation: 1, at: second)) }
    }
    #expect(f.ledger.state(of: "w")?.lastHeard == at(300))
  }

  @Test func aFrameThatIsToldOfLateTakesNoTimeAway() {
    _ = f.connect(session: 1, generation: 1, at: 0)
    #expect(f.heard(session: 1, generation: 1, at: 9))
    #expect(f.heard(session: 1, generation: 1, at: 4))
    #expect(f.ledger.state(of: "w")?.lastHeard == at(9))
    #expect(f.ledger.state(of: "w")?.ends == at(24))
  }

  @Test func messagesOfAnOldConnectionAreRefusedAndRenewNothing() {
    _ = f.connect(session: 1, generation: 1, at: 0)
    _ = f.connect(session: 1, generation: 2, at: 1)
    #expect(!f.heard(session: 1, generation: 1, at: 2))
    #expect(!f.heard(session: 2, generation: 2, at: 2))
    #expect(f.ledger.heard(name: "v", session: 1, generation: 2, at: at(2)) == false)
    #expect(f.ledger.state(of: "w")?.lastHeard == at(1))
    #expect(f.heard(session: 1, generation: 2, at: 3))
  }

  @Test func aBrokenConnectionDoesNotEndTheSessionAtOnce() {
    _ = f.connect(session: 1, generation: 1, at: 0)
    f.tick(upTo: 2)
    f.disconnect(session: 1, generation: 1, at: 2)
    #expect(
      f.ledger.state(of: "w")
        == SessionState(session: 1, generation: 1, connected: false, lastHeard: at(0), ends: at(15)))
    #expect(f.tick(upTo: 14.9).isEmpty)
    #expect(f.connect(session: 1, generation: 2, at: 14.9) == .resumed)
    #expect(f.tick(upTo: 29.8).isEmpty)
    #expect(f.tick(upTo: 29.9) == ["w"])
  }

  @Test func aGoodbyeEndsItAtOnce() {
    _ = f.connect(session: 1, generation: 2, at: 0)
    #expect(!f.leave(session: 1, generation: 1, at: 1), "an old connection cannot end it")
    #expect(f.leave(session: 1, generation: 2, at: 1))
    #expect(f.ledger.names.isEmpty)
    #expect(f.connect(session: 3, generation: 1, at: 2) == .opened)
  }

  // MARK: Grace

  @Test func holdersByTheStoreGetThreeHeartbeatsToComeBack() {
    f.ledger.expect(name: "w", at: at(0))
    f.ledger.expect(name: "gone", at: at(0))
    #expect(f.ledger.state(of: "w")?.session == nil)
    #expect(f.tick(upTo: 10).isEmpty)
    #expect(f.connect(session: 5, generation: 9, at: 10) == .resumed, "any session may claim it")
    #expect(f.tick(upTo: 15) == ["gone"])
    f.ledger.expect(name: "w", at: at(16))
    #expect(f.ledger.state(of: "w")?.session == 5, "one that is there is not made to come back")
  }

  @Test func aStopOfTheCoordinatorIsNotHeldAgainstWorkers() {
    _ = f.connect(session: 1, generation: 1, at: 0)
    f.tick(upTo: 10)
    #expect(f.ledger.tick(at: at(100)).isEmpty, "the process was stopped for 90 s")
    #expect(f.ledger.state(of: "w")?.ends == at(115))
    #expect(f.tick(from: 100, upTo: 114.9).isEmpty)
    #expect(f.tick(from: 114.9, upTo: 115) == ["w"])
  }

  @Test func aGapOfOneHeartbeatIsNoStop() {
    _ = f.connect(session: 1, generation: 1, at: 0)
    for second in stride(from: 0.0, through: 10, by: 5) { #expect(f.ledger.tick(at: at(second)).isEmpty) }
    #expect(f.ledger.tick(at: at(15)) == ["w"])
  }

  @Test func theFirstTickEndsNothing() {
    f.ledger.expect(name: "w", at: at(0))
    #expect(f.ledger.tick(at: at(60)).isEmpty, "reading a large store may take long")
    #expect(f.tick(from: 60, upTo: 75) == ["w"])
  }

  @Test func anOutageOfTheStoreGivesGraceToAll() {
    _ = f.connect(session: 1, generation: 1, at: 0)
    f.tick(upTo: 14)
    f.ledger.graceAll(at: at(14))
    #expect(f.tick(from: 14, upTo: 28.9).isEmpty)
    #expect(f.tick(from: 28.9, upTo: 29) == ["w"])
  }

  @Test func endsAreSortedAndComeOnce() {
    for name in ["c", "a", "b"] { _ = f.ledger.connect(name: name, session: 1, generation: 1, at: at(0)) }
    #expect(f.tick(upTo: 15) == ["a", "b", "c"])
    #expect(f.tick(from: 15, upTo: 40).isEmpty)
  }

  @Test func theHeartbeatIsASetting() {
    f.ledger = SessionLedger(heartbeat: .milliseconds(200))
    #expect(f.ledger.tickInterval == .milliseconds(100))
    _ = f.connect(session: 1, generation: 1, at: 0)
    #expect(f.tick(upTo: 0.59, every: 0.1).isEmpty)
    #expect(f.tick(from: 0.59, upTo: 0.6, every: 0.1) == ["w"])
  }
}
