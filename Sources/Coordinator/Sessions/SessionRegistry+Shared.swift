import MusterCore
import TaskModel
import TaskStore

/// For a store that keeps the sessions of several coordinators.
extension SessionRegistry {
  /// Takes in a worker that the store has let in here. A stream that it replaces is closed.
  ///
  /// - Returns: false, and nothing changes, if a later connection of the same worker is here already.
  func admit(_ session: WorkerSession) -> Bool {
    let now = time.moment()
    let facts = session.facts
    let (isIn, previous) = state.withLock { state in
      guard
        state.ledger.adopt(name: facts.name, session: facts.session, generation: facts.generation, at: now)
      else { return (false, nil as WorkerSession?) }
      state.known[facts.name] = facts
      state.leaving[facts.name] = nil
      let previous = state.live.updateValue(session, forKey: facts.name)
      state.carryDrain(from: previous, to: session)
      return (true, previous)
    }
    previous?.shut()
    return isIn
  }

  /// All sessions with a stream here, with how long ago each was heard.
  func renewals() -> [SessionRenewal] {
    let now = time.moment()
    return state.withLock { state in
      // Not over the values in place: the state changes with each.
      let sessions = Array(state.live.values)
      return sessions.map { state.renewal(of: $0, at: now) }
    }
  }

  func renewal(of session: WorkerSession) -> SessionRenewal {
    let now = time.moment()
    return state.withLock { $0.renewal(of: session, at: now) }
  }

  /// Closes the streams of sessions that the store does not call this coordinator's any more, and forgets them.
  ///
  /// - Parameter asked: as they were when the store was asked: a worker may have come back meanwhile.
  /// - Returns: the names of those whose streams were closed.
  func drop(_ names: [String], asked: [SessionRenewal]) -> [String] {
    let asked = Dictionary(asked.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    let now = time.moment()
    let dropped = state.withLock { state in
      names.compactMap { name -> WorkerSession? in
        guard let session = state.live[name], let then = asked[name], session.facts.session == then.session,
          session.facts.generation == then.generation
        else { return nil }
        state.live[name] = nil
        state.known[name] = nil
        state.ledger.left(name: name, session: then.session, generation: then.generation, at: now)
        return session
      }
    }
    for session in dropped { session.shut() }
    return dropped.map(\.facts.name)
  }

  /// The store was not told that a connection broke: to be told again.
  func noteLeaving(_ renewal: SessionRenewal) {
    state.withLock { state in
      if state.live[renewal.name] == nil { state.leaving[renewal.name] = renewal }
    }
  }

  func takeLeaving() -> [SessionRenewal] {
    state.withLock { state in
      defer { state.leaving = [:] }
      return Array(state.leaving.values)
    }
  }
}

extension SessionRegistry.State {
  mutating func renewal(of session: WorkerSession, at now: Moment) -> SessionRenewal {
    hear(session)
    let facts = session.facts
    return SessionRenewal(
      name: facts.name, session: facts.session, generation: facts.generation,
      silence: ledger.silence(of: facts.name, at: now) ?? .zero)
  }
}
