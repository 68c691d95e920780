import MusterCore
import Testing

@testable import TaskModel

/// The ledger of a coordinator whose store answers greetings.
struct SessionLedgerSharedTests {
  private let f = SessionFixture()

  private func adopt(session: UInt64, generation: UInt64, at seconds: Double) -> Bool {
    f.ledger.adopt(name: "w", session: session, generation: generation, at: at(seconds))
  }

  @Test func whatTheStoreLetInIsIn() {
    #expect(adopt(session: 1, generation: 4, at: 0))
    #expect(f.heard(session: 1, generation: 4, at: 1))
    #expect(adopt(session: 1, generation: 5, at: 2))
    #expect(!f.heard(session: 1, generation: 4, at: 3), "the earlier connection has been overtaken")
    #expect(adopt(session: 2, generation: 1, at: 4), "another process, though the one before seems connected")
    #expect(f.ledger.state(of: "w")?.session == 2 && f.ledger.state(of: "w")?.connected == true)
    #expect(f.tick(from: 4, upTo: 18.9).isEmpty)
    #expect(f.tick(from: 18.9, upTo: 19) == ["w"])
  }

  @Test func anAnswerThatComesLateDoesNotTakeTheSessionBack() {
    #expect(adopt(session: 1, generation: 5, at: 0))
    #expect(!adopt(session: 1, generation: 4, at: 1))
    #expect(!adopt(session: 1, generation: 5, at: 1))
    #expect(f.ledger.state(of: "w")?.generation == 5 && f.ledger.state(of: "w")?.lastHeard == at(0))
  }

  @Test func silenceIsCountedFromTheLastFrameOrGrace() {
    #expect(f.ledger.silence(of: "w", at: at(0)) == nil)
    _ = adopt(session: 1, generation: 1, at: 0)
    #expect(f.ledger.silence(of: "w", at: at(4)) == .seconds(4))
    _ = f.heard(session: 1, generation: 1, at: 6)
    #expect(f.ledger.silence(of: "w", at: at(6)) == .zero)
    #expect(f.ledger.silence(of: "w", at: at(5)) == .zero, "never negative")
    f.ledger.graceAll(at: at(10))
    #expect(f.ledger.silence(of: "w", at: at(11)) == .seconds(1), "an outage is not its silence")
  }
}
