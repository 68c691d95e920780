import MusterCore
import Synchronization
import TaskModel

@testable import TaskStore

/// What several coordinators share, in memory: one embedded store, the sessions, who is set aside, and errands.
///
/// Stands in for PostgreSQL as far as a coordinator can see: each coordinator has a side of it, and hears of ends of its own
/// workers only.
final class StandInSharedStore: Sendable {
  struct Row {
    var coordinator: Int64
    var session: UInt64
    var generation: UInt64
    var accepting = true
    var build: String
    var since: Timestamp
    var heard: Timestamp
  }

  struct State {
    var ledger: SessionLedger
    var rows: [String: Row] = [:]
    var sides: [Int64: Side] = [:]
    /// Who last had to do with a worker.
    var homes: [String: Int64] = [:]
    var asides: [String: SetAsideRecord] = [:]
    var leases: [String: Duration] = [:]
    var leased: [Token: (worker: String, ends: Moment)] = [:]
  }

  let inner: EmbeddedStore
  let time: any Timekeeper
  let state: Mutex<State>

  init(_ inner: EmbeddedStore, heartbeat: Duration, time: any Timekeeper) {
    self.inner = inner
    self.time = time
    state = Mutex(State(ledger: SessionLedger(heartbeat: heartbeat)))
    inner.setSignalHandler { [weak self] signal in self?.spread(signal) }
  }

  /// What one more coordinator sees.
  func side(_ number: Int64) -> Side {
    let side = Side(store: self, number: number)
    state.withLock { $0.sides[number] = side }
    return side
  }

  func side(of number: Int64) -> Side? { state.withLock { $0.sides[number] } }

  /// Where a worker's session is; nil if it has none.
  func row(_ worker: String) -> (row: Row, state: SessionState)? {
    state.withLock { state in
      guard let row = state.rows[worker], let session = state.ledger.state(of: worker) else { return nil }
      return (row, session)
    }
  }

  private func spread(_ signal: StoreSignal) {
    let (sides, homes) = state.withLock { ($0.sides, $0.homes) }
    for (number, side) in sides {
      func isHome(_ worker: String) -> Bool { homes[worker] == number }
      var own = StoreSignal()
      own.ready = signal.ready
      own.ended = signal.ended.filter { homes[$0.worker] == nil || isHome($0.worker) }
      own.stops = signal.stops.filter { isHome($0.worker) }
      own.unverified = signal.unverified.filter { isHome($0.worker) }
      side.give(own)
    }
  }

  func tell(_ number: Int64?, _ fill: (inout StoreSignal) -> Void) {
    guard let number, let side = state.withLock({ $0.sides[number] }) else { return }
    var signal = StoreSignal()
    fill(&signal)
    side.give(signal)
  }
}
