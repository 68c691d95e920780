import Foundation
import Testing

@testable import CoordinatorAPI

@Suite struct BatchLedgerTests {
  private func items(_ lines: ClosedRange<UInt64>, bytes: Int = 1) -> [BatchItem] {
    lines.map { BatchItem(line: $0, id: "i\($0)", input: Data(count: bytes)) }
  }
  private func limits(_ change: (inout BatchLimits) -> Void) -> BatchLimits {
    var limits = BatchLimits()
    change(&limits)
    return limits
  }
  private func accepted(_ id: String) -> Muster_V1_SubmitAnswer {
    .with {
      $0.id = id
      $0.state = .queued
    }
  }
  private func end(_ id: String, _ state: Muster_V1_TaskState = .done) -> Muster_V1_TaskEnd {
    .with {
      $0.id = id
      $0.state = state
    }
  }

  @Test func bounds() {
    var ledger = BatchLedger(
      limits: limits {
        $0.unfinished = 5
        $0.messageItems = 3
      })
    #expect(ledger.room == 3)
    ledger.add(items(1...3))
    #expect(ledger.room == 2)
    ledger.add(items(4...5))
    #expect(ledger.room == 0)
    #expect(ledger.take().map(\.line) == [1, 2, 3])
    #expect(ledger.take().map(\.line) == [4, 5])
    #expect(ledger.take().isEmpty)
    if let outcome = ledger.outcome(of: end("i4")) { ledger.settle(outcome) }
    #expect(ledger.room == 1)
  }

  @Test func boundsBytes() {
    var ledger = BatchLedger(
      limits: limits {
        $0.unfinishedBytes = 100
        $0.messageBytes = 50
      })
    ledger.add(items(1...4, bytes: 30))
    #expect(!ledger.hasRoom)
    #expect(ledger.take().map(\.line) == [1])
    #expect(ledger.take().map(\.line) == [2])
  }

  @Test func sendsAgainWhatHasNotEnded() throws {
    var ledger = BatchLedger()
    ledger.add(items(1...4))
    _ = ledger.take()
    for id in ["i1", "i2"] { #expect(ledger.receive(accepted(id)) == nil) }
    ledger.settle(try #require(ledger.outcome(of: end("i1", .failed))))
    ledger.reconnected()
    #expect(ledger.take().map(\.line) == [2, 3, 4])
    #expect(ledger.progress.failed == 1)
    #expect(ledger.progress.accepted == 1)
    #expect(ledger.progress.waiting == 2)
    #expect(ledger.unfinished == ["i2", "i3", "i4"])
  }

  @Test func countsEachEndOnce() throws {
    var ledger = BatchLedger()
    ledger.add(items(1...1))
    let outcome = try #require(ledger.outcome(of: end("i1")))
    ledger.settle(outcome)
    ledger.settle(outcome)
    #expect(ledger.outcome(of: end("i1")) == nil)
    #expect(ledger.progress.done == 1)
    #expect(!ledger.isComplete)
    ledger.close()
    #expect(ledger.isComplete)
  }

  @Test func knowsWhatIsNotAnEnd() {
    var ledger = BatchLedger()
    ledger.add(items(1...1))
    #expect(ledger.outcome(of: end("i1", .running)) == nil)
    #expect(ledger.outcome(of: end("other")) == nil)
    #expect(ledger.receive(accepted("other")) == nil)
    let refused = ledger.receive(
      .with {
        $0.id = "i1"
        $0.problem = .with {
          $0.code = "unknown_kind"
          $0.message = "no kind 'x'"
        }
      })
    #expect(refused?.state == .rejected)
    #expect(refused?.problem == "unknown_kind")
  }

  /// The coordinator had no room: the item is neither rejected nor lost, and goes again when it may.
  @Test func whatThereIsNoRoomForWaits() {
    var ledger = BatchLedger()
    ledger.add(items(1...3))
    ledger.close()
    _ = ledger.take()
    let full = Muster_V1_SubmitAnswer.with {
      $0.id = "i2"
      $0.problem.code = "queue_full"
      $0.problem.retryAfterMilliseconds = 1000
    }
    #expect(ledger.receive(accepted("i1")) == nil && ledger.receive(full) == nil)
    #expect(ledger.take().isEmpty && !ledger.isComplete)
    ledger.resume()
    #expect(ledger.take().map(\.id) == ["i2"])
    #expect(ledger.receive(accepted("i2")) == nil)
    // After a broken connection all that has not ended is sent, once.
    _ = ledger.receive(full)
    ledger.reconnected()
    #expect(ledger.take().map(\.id) == ["i1", "i2", "i3"])
    ledger.resume()
    #expect(ledger.take().isEmpty)
  }
}
