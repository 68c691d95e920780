import MusterCore
import Testing

@testable import TaskModel

struct ClaimOrderTests {
  private let f = BookFixture()

  @Test func higherPriorityFirstThenOldest() {
    for priority in [0, 5, -1, 5, 1000, 0] as [Int16] { f.add(priority: priority) }
    f.enroll("w", slots: 9)
    #expect(f.claim("w", limit: 9) == [5, 2, 4, 1, 6, 3])
  }

  @Test func theLatestFirstWhereTheKindSaysSo() {
    f.define("k", order: .latest)
    for priority in [0, 0, 1, 0] as [Int16] { f.add(priority: priority) }
    f.enroll("w", slots: 9)
    #expect(f.claim("w", limit: 9) == [3, 4, 2, 1])
  }

  @Test func orderPriorityMeansOldestAfterPriority() {
    f.define("k", order: .priority)
    for priority in [0, 1, 0] as [Int16] { f.add(priority: priority) }
    f.enroll("w", slots: 9)
    #expect(f.claim("w", limit: 9) == [2, 1, 3])
  }

  @Test func kindsOfOnePriorityTakeTurns() {
    for kind in ["a", "a", "a", "a", "b", "b", "c"] { f.add(kind: kind) }
    f.enroll("w", kinds: ["a", "b", "c"], slots: 9)
    #expect(f.claim("w", limit: 9) == [1, 5, 7, 2, 6, 3, 4])
  }

  @Test func turnsGoOnFromClaimToClaimAndAcrossWorkers() {
    for kind in ["a", "a", "a", "b", "b", "b"] { f.add(kind: kind) }
    f.enroll("v", kinds: ["a", "b"], slots: 9)
    f.enroll("w", kinds: ["a", "b"], slots: 9)
    #expect(f.claim("v") == [1])
    #expect(f.claim("w") == [4])
    #expect(f.claim("w") == [2])
    #expect(f.claim("v") == [5])
  }

  @Test func aKindThatTheWorkerDoesNotServeKeepsItsTurn() {
    for kind in ["a", "b", "b", "a"] { f.add(kind: kind) }
    f.enroll("b", kinds: ["b"], slots: 9)
    f.enroll("both", kinds: ["a", "b"], slots: 9)
    #expect(f.claim("b") == [2])
    #expect(f.claim("both") == [1])
    #expect(f.claim("both") == [3])
  }

  @Test func kindsDoNotTakeTurnsWithHigherPriorities() {
    for (kind, priority) in [("a", 1), ("b", 0), ("a", 1), ("b", 0)] as [(String, Int16)] {
      f.add(kind: kind, priority: priority)
    }
    f.enroll("w", kinds: ["a", "b"], slots: 9)
    #expect(f.claim("w", limit: 9) == [1, 3, 2, 4])
  }

  @Test func aTaskThatComesBackHasItsOldPlace() {
    for _ in 1...3 { f.add() }
    f.enroll("w", slots: 1)
    #expect(f.claim("w") == [1])
    f.giveBack(1)
    #expect(f.claim("w") == [1])
    f.finish(1)
    #expect(f.claim("w") == [2])
  }

  @Test func aChangedOrderHoldsForWhatIsQueued() {
    for _ in 1...4 { f.add() }
    f.add(kind: "other")
    f.enroll("w", kinds: ["k", "other"], slots: 9)
    #expect(f.claim("w") == [1])
    f.define("k", order: .latest)
    #expect(f.claim("w", limit: 9) == [5, 4, 3, 2])
  }

  @Test func definingAKindAnewChangesNothingElse() {
    for kind in ["a", "b", "a", "b"] { f.add(kind: kind) }
    f.book.define(kind: "a", order: .latest, backoff: Backoff(), hasVerifier: true)
    f.enroll("w", kinds: ["a", "b"], slots: 9)
    #expect(f.claim("w") == [3], "the kind kept its place in line")
    #expect(f.book.hasVerifier(kind: "a") && !f.book.hasVerifier(kind: "b"))
  }

  @Test func handsOutAtMostTheLimit() {
    for _ in 1...5 { f.add() }
    f.enroll("w", slots: 9)
    #expect(f.claim("w", limit: 0).isEmpty)
    #expect(f.claim("w", limit: 2).count == 2)
    #expect(f.claim("nobody", limit: 2).isEmpty)
  }

  @Test func tokensAreNewAtEveryHandOut() {
    f.add()
    f.enroll("w")
    var seen: Set<Token> = []
    for attempt in 1...5 as ClosedRange<UInt32> {
      let claimed = f.claims("w")
      #expect(claimed.map(\.token.attempt) == [attempt])
      #expect(claimed.map(\.token.epoch) == [BookFixture.epoch])
      seen.formUnion(claimed.map(\.token))
      f.giveBack(1)
    }
    #expect(seen.count == 5)
  }
}
