import MusterCore
import Testing

@testable import TaskModel

struct BlameLedgerTests {
  private let f = BlameFixture()

  // MARK: Invalid results

  @Test func twoInvalidResultsSetAside() {
    #expect(f.invalid("w", task: 1, at: 0).isEmpty)
    #expect(
      f.invalid("w", task: 2, at: 5) == [
        Sanction(worker: "w", kind: "k", rule: .nothing, reason: "2 of its results for kind 'k' were invalid")
      ])
    #expect(
      f.ledger.entries(for: "w") == [
        .init(kind: "k", reason: "2 of its results for kind 'k' were invalid", until: at(605), trial: false)
      ])
    #expect(f.ledger.nextDue == at(605))
  }

  @Test func successesBetweenDoNotHideInvalidResults() {
    _ = f.invalid("w", task: 1, at: 0)
    for task in 2...50 as ClosedRange<Int64> { #expect(f.success("w", task: task, at: 1).isEmpty) }
    #expect(f.invalid("w", task: 51, at: 2).map(\.rule) == [.nothing])
  }

  @Test func theSameTaskTwiceCountsTwice() {
    _ = f.invalid("w", task: 1, at: 0)
    #expect(f.invalid("w", task: 1, at: 1).count == 1)
  }

  @Test func kindsAndWorkersAreJudgedApart() {
    _ = f.invalid("w", task: 1, at: 0)
    #expect(f.invalid("v", task: 2, at: 0).isEmpty)
    #expect(f.invalid("w", kind: "x", task: 3, at: 0).isEmpty)
    #expect(f.invalid("w", task: 4, at: 0).map(\.worker) == ["w"])
    #expect(f.ledger.entries(for: "v").isEmpty)
  }

  // MARK: Rows of failures

  @Test func fiveTasksFailedInARowWhileAnotherSucceeds() {
    f.fail("w", tasks: 1...4, at: 0)
    #expect(f.success("v", task: 9, at: 1).isEmpty)
    #expect(
      f.failure("w", task: 5, at: 2) == [
        Sanction(
          worker: "w", kind: "k", rule: .nothing,
          reason: "it failed 5 tasks of kind 'k' in a row, while another worker succeeded")
      ])
  }

  @Test func theOthersSuccessMayComeLast() {
    f.fail("w", tasks: 1...7, at: 0)
    #expect(f.success("v", task: 9, at: 100).map(\.worker) == ["w"])
    #expect(f.ledger.nextDue == at(700))
  }

  @Test func whereNobodySucceedsTheTasksAreToBlame() {
    f.fail("w", tasks: 1...50, at: 0)
    f.fail("v", tasks: 1...50, at: 0)
    #expect(f.ledger.nextDue == nil)
  }

  @Test func aSuccessFromBeforeTheRowDoesNotCount() {
    _ = f.success("v", task: 99, at: 0)
    _ = f.success("w", task: 98, at: 0)
    f.fail("w", tasks: 1...5, at: 1)
    f.fail("v", tasks: 1...5, at: 2)
    #expect(f.ledger.nextDue == nil, "a batch of bad inputs is nobody's fault")
  }

  @Test func oneAtTheSameInstantDoes() {
    _ = f.success("v", task: 99, at: 1)
    f.fail("w", tasks: 1...4, at: 1)
    #expect(f.failure("w", task: 5, at: 1).count == 1)
  }

  @Test func itsOwnSuccessEndsTheRow() {
    for round in 0..<5 as Range<Int64> {
      f.fail("w", tasks: (round * 10)...(round * 10 + 3), at: 0)
      #expect(f.success("w", task: 1000, at: 0).isEmpty)
    }
    _ = f.success("v", task: 1001, at: 0)
    #expect(f.ledger.nextDue == nil)
  }

  @Test func itsOwnSuccessEndsTheRowAlsoOfOneUnderSuspicion() {
    _ = f.invalid("w", task: 90, at: 0)
    f.fail("w", tasks: 1...5, at: 0)
    _ = f.success("w", task: 91, at: 1)
    #expect(f.success("v", task: 92, at: 2).isEmpty)
    f.fail("w", tasks: 6...10, at: 3)
    #expect(f.ledger.nextDue == nil, "the other's success is older than the row that began after it")
  }

  @Test func itsOwnSuccessSaysNothingAboutItselfButMuchAboutOthers() {
    f.fail("w", tasks: 1...5, at: 0)
    f.fail("v", tasks: 1...5, at: 0)
    #expect(f.success("w", task: 6, at: 1).map(\.worker) == ["v"])
    #expect(f.ledger.entries(for: "w").isEmpty)
  }

  @Test func oneTaskFailedOftenIsOneTask() {
    for _ in 0..<20 { #expect(f.failure("w", task: 1, at: 0).isEmpty) }
    #expect(f.success("v", task: 1, at: 1).isEmpty)
  }

  @Test func aSuccessAtAnotherKindSaysNothing() {
    f.fail("w", tasks: 1...5, at: 0)
    #expect(f.success("v", kind: "x", task: 9, at: 1).isEmpty)
  }

  @Test func allSuspectsAreSetAsideTogetherInOrder() {
    for worker in ["c", "a", "b"] { f.fail(worker, tasks: 1...5, at: 0) }
    #expect(f.success("v", task: 9, at: 1).map(\.worker) == ["a", "b", "c"])
    #expect(f.ledger.suspects.isEmpty)
  }

  // MARK: The way back

  @Test func aTrialIsGrantedAfterTenMinutes() {
    f.setAside("w", at: 0)
    #expect(f.ledger.tick(at: at(599.999)).isEmpty)
    #expect(
      f.ledger.tick(at: at(600)) == [
        Sanction(
          worker: "w", kind: "k", rule: .trial,
          reason: "it was set aside for kind 'k' for 10 minutes, and one trial attempt decides")
      ])
    #expect(f.ledger.tick(at: at(601)).isEmpty, "granted once")
    #expect(f.ledger.nextDue == nil)
    #expect(f.ledger.entries(for: "w").map(\.trial) == [true])
  }

  @Test func itsSuccessClears() {
    f.setAside("w", at: 0)
    _ = f.ledger.tick(at: at(600))
    #expect(
      f.success("w", task: 3, at: 601) == [
        Sanction(worker: "w", kind: "k", rule: nil, reason: "its trial attempt at kind 'k' succeeded")
      ])
    #expect(f.ledger.entries(for: "w").isEmpty)
    #expect(f.invalid("w", task: 4, at: 602).isEmpty, "it begins with a clean sheet")
  }

  @Test func itsFailureOrInvalidResultSetsAsideAgain() {
    f.setAside("w", at: 0)
    _ = f.ledger.tick(at: at(600))
    #expect(
      f.failure("w", task: 3, at: 650) == [
        Sanction(worker: "w", kind: "k", rule: .nothing, reason: "its trial attempt at kind 'k' failed")
      ])
    #expect(f.ledger.nextDue == at(1250))
    #expect(f.ledger.tick(at: at(1250)).map(\.rule) == [.trial])
    #expect(f.invalid("w", task: 4, at: 1300).map(\.rule) == [.nothing])
    #expect(
      f.ledger.entries(for: "w").map(\.reason) == ["the result of its trial attempt at kind 'k' was invalid"])
    #expect(f.ledger.nextDue == at(1900))
  }

  @Test func aTrialWithoutAVerdictIsGrantedAgain() {
    f.setAside("w", at: 0)
    #expect(f.ledger.recordNoVerdict(worker: "w", kind: "k", task: 3, at: at(1)).isEmpty)
    _ = f.ledger.tick(at: at(600))
    #expect(f.ledger.recordNoVerdict(worker: "w", kind: "k", task: 3, at: at(601)).map(\.rule) == [.trial])
    #expect(f.ledger.recordNoVerdict(worker: "v", kind: "k", task: 3, at: at(601)).isEmpty)
  }

  @Test func whatWasOutWhenItWasSetAsideChangesNothing() {
    f.setAside("w", at: 0)
    #expect(f.success("w", task: 3, at: 1).isEmpty, "the trial decides, not an attempt from before")
    #expect(f.invalid("w", task: 4, at: 2).isEmpty)
    #expect(f.failure("w", task: 5, at: 3).isEmpty)
    #expect(f.ledger.nextDue == at(600), "and it does not take longer")
  }

  @Test func resumeTakesItBackForEveryKind() {
    f.setAside("w", at: 0)
    f.setAside("w", kind: "x", at: 0)
    f.setAside("v", at: 0)
    _ = f.invalid("w", kind: "y", task: 7, at: 0)
    let sanctions = f.ledger.resume(worker: "w")
    #expect(sanctions.map(\.kind) == ["k", "x"])
    #expect(sanctions.allSatisfy { $0.rule == nil && $0.worker == "w" && $0.reason == "it was resumed by request" })
    #expect(f.ledger.entries(for: "w").isEmpty && f.ledger.entries(for: "v").count == 1)
    #expect(f.invalid("w", kind: "y", task: 8, at: 1).isEmpty, "nothing is held against it any more")
    #expect(f.ledger.resume(worker: "nobody").isEmpty)
  }

  @Test func forgettingIsComplete() {
    f.setAside("w", at: 0)
    f.fail("w", kind: "x", tasks: 1...5, at: 0)
    f.ledger.forget(worker: "w")
    #expect(f.ledger.records.isEmpty && f.ledger.paused.isEmpty && f.ledger.suspects.isEmpty)
    #expect(f.ledger.nextDue == nil)
    #expect(f.success("v", kind: "x", task: 9, at: 1).isEmpty)
  }

  // MARK: Bounds

  @Test func goodWorkersLeaveNoTrace() {
    for worker in 0..<1000 { _ = f.success("w\(worker)", task: 1, at: 0) }
    #expect(f.ledger.records.isEmpty && f.ledger.successes.count == 1)
  }

  @Test func namesFromOutsideDoNotFillTheMemory() {
    f.setAside("cheat", at: 0)
    for number in 0..<BlameLedger.mostRecords * 2 { #expect(f.invalid("w\(number)", task: 1, at: 1).isEmpty) }
    for number in 0..<BlameLedger.mostKinds * 2 { _ = f.success("v", kind: "k\(number)", task: 1, at: Double(number)) }
    #expect(f.ledger.records.count <= BlameLedger.mostRecords)
    #expect(f.ledger.successes.count <= BlameLedger.mostKinds)
    #expect(f.ledger.entries(for: "cheat").count == 1, "who is set aside is forgotten last")
  }

  @Test func whoIsForgottenIsTakenBack() {
    for number in 0...BlameLedger.mostRecords {
      let sanctions = f.setAside("w\(number)", at: Double(number))
      guard number == BlameLedger.mostRecords else { continue }
      #expect(sanctions.count { $0.rule == nil } == BlameLedger.mostRecords / 4)
      #expect(f.ledger.entries(for: "w0").isEmpty && f.ledger.entries(for: "w\(number)").count == 1)
      #expect(f.ledger.paused.count == f.ledger.records.count)
    }
  }
}
