import MusterCore

/// For a coordinator whose store keeps the sessions of several: the store answers greetings, and this ledger follows.
extension SessionLedger {
  /// Takes over what the shared store has answered: the session is connected here, whatever was known of the name.
  ///
  /// - Returns: false, and nothing changes, if a later connection of the same session is here already: the answers to two
  ///   connections may arrive in another order than they were given.
  public mutating func adopt(name: String, session: UInt64, generation: UInt64, at now: Moment) -> Bool {
    if let known = sessions[name], known.id == session, known.generation >= generation { return false }
    sessions[name] = Session(
      id: session, generation: generation, connected: true, lastHeard: now,
      ends: now + heartbeat * SessionLedger.missedHeartbeats)
    return true
  }

  /// How long ago a session was heard; 0 or more. What this process could not hear does not count as silence, as in
  /// ``tick(at:)``. Nil if there is no session of that name.
  public func silence(of name: String, at now: Moment) -> Duration? {
    guard let ends = sessions[name]?.ends else { return nil }
    return max(heartbeat * SessionLedger.missedHeartbeats - (ends - now), .zero)
  }
}
