import MusterCore
import Synchronization
import TaskModel
import TaskStore

/// The sessions of Muster's own protocol on this coordinator: the ledger of leases, and the live streams.
///
/// Where the store is shared by several coordinators it has the word on sessions, and this knows only those with a stream
/// here: see `SessionRegistry+Shared.swift`.
final class SessionRegistry: Sendable {
  struct State {
    var ledger: SessionLedger
    var live: [String: WorkerSession] = [:]
    /// What is known of workers whose stream is gone but whose lease is not.
    var known: [String: WorkerFacts] = [:]
    /// Ends of connections that the shared store was not told yet.
    var leaving: [String: SessionRenewal] = [:]
    /// Processes that were told to drain on a connection which broke before they said that they do.
    var owedDrains: [String: UInt64] = [:]

    /// Tells the ledger when a worker was heard last.
    mutating func hear(_ session: WorkerSession) {
      let facts = session.facts
      _ = ledger.heard(
        name: facts.name, session: facts.session, generation: facts.generation, at: session.lastHeard)
    }
  }
  let state: Mutex<State>
  let time: any Timekeeper
  private let isShared: Bool

  /// - Parameter isShared: the store keeps the sessions of several coordinators.
  init(heartbeat: Duration, time: any Timekeeper, isShared: Bool = false) {
    self.time = time
    self.isShared = isShared
    state = Mutex(State(ledger: SessionLedger(heartbeat: heartbeat)))
  }

  /// Lets a worker in, or says why not. A stream that it replaces is closed.
  func connect(_ session: WorkerSession) -> ConnectAnswer {
    let now = time.moment()
    let (answer, previous) = state.withLock { state in
      let facts = session.facts
      let answer = state.ledger.connect(
        name: facts.name, session: facts.session, generation: facts.generation, at: now)
      if case .refused = answer { return (answer, nil as WorkerSession?) }
      let previous = state.live.updateValue(session, forKey: facts.name)
      state.known[facts.name] = facts
      state.carryDrain(from: previous, to: session)
      return (answer, previous)
    }
    previous?.shut()
    return answer
  }

  /// The stream of a session ended; its lease goes on, here or by the shared store.
  ///
  /// - Returns: what to tell a shared store of it; nil if the session was another stream's already, or another coordinator's.
  @discardableResult
  func disconnected(_ session: WorkerSession, said goodbye: Bool) -> SessionRenewal? {
    let now = time.moment()
    let facts = session.facts
    return state.withLock { state in
      guard state.live[facts.name] === session else { return nil }
      let renewal = state.renewal(of: session, at: now)
      state.live[facts.name] = nil
      if session.owesDrain, !goodbye, !isShared { state.owedDrains[facts.name] = facts.session }
      if goodbye || isShared {
        state.ledger.left(name: facts.name, session: facts.session, generation: facts.generation, at: now)
        state.known[facts.name] = nil
      } else {
        state.ledger.disconnected(name: facts.name, session: facts.session, generation: facts.generation, at: now)
      }
      return renewal
    }
  }

  /// A worker that holds attempts by the store may come back within its grace.
  func expect(_ name: String) {
    let now = time.moment()
    state.withLock { $0.ledger.expect(name: name, at: now) }
  }

  /// Workers whose lease ended since the last call. Their streams, if any, are closed.
  func ended() -> [String] {
    let now = time.moment()
    let (names, sessions) = state.withLock { state in
      for session in state.live.values { state.hear(session) }
      let names = state.ledger.tick(at: now)
      let sessions = names.compactMap { state.live.removeValue(forKey: $0) }
      for name in names { (state.known[name], state.owedDrains[name]) = (nil, nil) }
      return (names, sessions)
    }
    for session in sessions { session.shut() }
    return names
  }

  /// After an outage of the store nobody is blamed for having been silent.
  func graceAll() {
    let now = time.moment()
    state.withLock { $0.ledger.graceAll(at: now) }
  }

  func live(_ name: String) -> WorkerSession? { state.withLock { $0.live[name] } }

  var liveSessions: [WorkerSession] { state.withLock { Array($0.live.values) } }

  /// All workers with a lease, connected or not.
  var all: [(facts: WorkerFacts, live: WorkerSession?)] {
    state.withLock { state in
      state.known.values.sorted { $0.name < $1.name }.map { ($0, state.live[$0.name]) }
    }
  }
}

extension SessionRegistry.State {
  /// Whom a worker was told to drain for must not see it take tasks again because its connection broke before it heard of it.
  /// Another process under its name was told nothing.
  mutating func carryDrain(from previous: WorkerSession?, to session: WorkerSession) {
    let facts = session.facts
    let owed = owedDrains.removeValue(forKey: facts.name)
    let isOwed = owed == facts.session || previous?.owesDrain == true && previous?.facts.session == facts.session
    if isOwed { session.drain() }
  }
}
