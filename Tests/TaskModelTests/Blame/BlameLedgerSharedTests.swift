import MusterCore
import Testing

@testable import TaskModel

/// What one ledger takes over from another.
struct BlameLedgerSharedTests {
  private let f = BlameFixture()

  private func adopt(_ worker: String = "w", until: Double, at now: Double) -> [Sanction] {
    f.ledger.adopt(worker: worker, kind: "k", reason: "it cheats", until: at(until), at: at(now))
  }

  @Test func theTimeGoesOn() {
    #expect(adopt(until: 300, at: 0) == [Sanction(worker: "w", kind: "k", rule: .nothing, reason: "it cheats")])
    #expect(f.ledger.entries(for: "w") == [.init(kind: "k", reason: "it cheats", until: at(300), trial: false)])
    #expect(f.ledger.nextDue == at(300))
    #expect(f.ledger.tick(at: at(299)).isEmpty)
    #expect(f.ledger.tick(at: at(300)).map(\.rule) == [.trial])
    #expect(f.success("w", task: 1, at: 301).map(\.rule) == [nil])
    #expect(f.ledger.entries(for: "w").isEmpty && f.ledger.nextDue == nil)
  }

  @Test func whoseTimeIsOverIsOnTrialAtOnce() {
    #expect(adopt(until: 5, at: 5).map(\.rule) == [.trial])
    #expect(f.ledger.entries(for: "w").map(\.trial) == [true])
    #expect(f.ledger.nextDue == nil && f.ledger.tick(at: at(600)).isEmpty)
    #expect(f.failure("w", task: 1, at: 6).map(\.rule) == [.nothing])
    #expect(f.ledger.nextDue == at(606))
  }

  @Test func itTakesThePlaceOfWhatWasKnown() {
    f.setAside("w", at: 0)
    f.setAside("v", at: 50)
    _ = f.ledger.tick(at: at(600))
    #expect(adopt(until: 900, at: 600).map(\.rule) == [.nothing], "its trial has failed elsewhere")
    #expect(f.ledger.entries(for: "w").map(\.reason) == ["it cheats"])
    #expect(f.ledger.nextDue == at(650))
    #expect(adopt("v", until: 1000, at: 600).count == 1)
    #expect(f.ledger.nextDue == at(900))
  }

  @Test func aSuspectIsNotSetAsideTwice() {
    f.fail("w", tasks: 1...5, at: 0)
    _ = adopt(until: 100, at: 1)
    #expect(f.success("v", task: 9, at: 2).isEmpty)
    #expect(f.ledger.suspects.isEmpty)
  }

  @Test func nobodyWaitsLongerThanTenMinutesForAClockThatIsAhead() {
    _ = adopt(until: 100_000, at: 0)
    #expect(f.ledger.nextDue == at(600))
  }

  @Test func takenBackElsewhereIsTakenBackHere() {
    #expect(f.ledger.takeBack(worker: "w", kind: "k").isEmpty)
    _ = f.invalid("w", task: 1, at: 0)
    #expect(f.ledger.takeBack(worker: "w", kind: "k").isEmpty, "one invalid result is no sanction")
    _ = adopt(until: 300, at: 0)
    #expect(f.ledger.allSetAside.map(\.worker) == ["w"])
    #expect(f.ledger.takeBack(worker: "w", kind: "k").map(\.rule) == [nil])
    #expect(f.ledger.entry(worker: "w", kind: "k") == nil && f.ledger.nextDue == nil && f.ledger.records.isEmpty)
  }

  @Test func itsMemoryIsBounded() {
    for number in 0..<BlameLedger.mostRecords {
      #expect(adopt("w\(number)", until: 300, at: Double(number) / 100).count == 1)
    }
    let sanctions = adopt("one more", until: 300, at: 100)
    #expect(sanctions.count { $0.rule == nil } == BlameLedger.mostRecords / 4)
    #expect(f.ledger.entry(worker: "one more", kind: "k") != nil)
    #expect(f.ledger.records.count <= BlameLedger.mostRecords)
  }
}
