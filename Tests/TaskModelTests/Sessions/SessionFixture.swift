import MusterCore

@testable import TaskModel

/// A ledger with a heartbeat of 5 s, and short words for what happens to the session of worker "w".
final class SessionFixture {
  var ledger = SessionLedger()

  func connect(session: UInt64, generation: UInt64, at seconds: Double) -> ConnectAnswer {
    ledger.connect(name: "w", session: session, generation: generation, at: at(seconds))
  }

  func heard(session: UInt64, generation: UInt64, at seconds: Double) -> Bool {
    ledger.heard(name: "w", session: session, generation: generation, at: at(seconds))
  }

  func disconnect(session: UInt64, generation: UInt64, at seconds: Double) {
    ledger.disconnected(name: "w", session: session, generation: generation, at: at(seconds))
  }

  func leave(session: UInt64, generation: UInt64, at seconds: Double) -> Bool {
    ledger.left(name: "w", session: session, generation: generation, at: at(seconds))
  }

  /// Ticks as a coordinator does, the last time at `end`. Returns all that ended.
  @discardableResult
  func tick(from start: Double = 0, upTo end: Double, every step: Double = 2.5) -> [String] {
    var ended: [String] = []
    for second in stride(from: start, to: end, by: step) { ended += ledger.tick(at: at(second)) }
    return ended + ledger.tick(at: at(end))
  }
}
