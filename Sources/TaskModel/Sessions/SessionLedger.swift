import MusterCore

/// The sessions of the workers that speak Muster's own protocol, on one coordinator.
///
/// A session is a worker's process; it outlives its connections. Heartbeats renew it, and it ends when 3 were missed.
/// A coordinator that was not there to hear them (its start, a stop of its process, an outage of its store) gives every
/// session 3 heartbeats of grace instead of ending any.
///
/// A pure struct; carry out what it returns: the attempts of an ended or replaced session are lost.
public struct SessionLedger: Sendable {
  /// So many heartbeats missed end a session.
  public static let missedHeartbeats = 3
  /// The most sessions at a time: names come from outside.
  public static let mostSessions = 65_536

  /// How often a worker is to be heard.
  public let heartbeat: Duration

  struct Session: Sendable {
    var id: UInt64?
    var generation: UInt64
    var connected: Bool
    var lastHeard: Moment?
    var ends: Moment
  }

  var sessions: [String: Session] = [:]
  private var lastTick: Moment?

  public init(heartbeat: Duration = .seconds(5)) { self.heartbeat = heartbeat }

  /// How often to call ``tick(at:)``: well within a heartbeat, because a longer gap counts as a stop of this process.
  public var tickInterval: Duration { heartbeat / 2 }

  private var grace: Duration { heartbeat * SessionLedger.missedHeartbeats }

  /// The names of all sessions, sorted.
  public var names: [String] { sessions.keys.sorted() }

  /// A worker greets on a new connection.
  ///
  /// The session moves to the connection only if `generation` is higher than that of the one before: of two
  /// connections of one process, the later wins, whatever the order in which they arrive.
  public mutating func connect(name: String, session: UInt64, generation: UInt64, at now: Moment) -> ConnectAnswer {
    let fresh = Session(id: session, generation: generation, connected: true, lastHeard: now, ends: now + grace)
    guard let old = sessions[name] else {
      guard sessions.count < SessionLedger.mostSessions else {
        return .refused(
          "there are \(SessionLedger.mostSessions) workers here already, and this coordinator serves no more")
      }
      sessions[name] = fresh
      return .opened
    }
    guard let oldID = old.id else {
      sessions[name] = fresh
      return .resumed
    }
    if oldID == session {
      guard generation > old.generation else {
        return .refused(
          """
          worker '\(name)' greeted with connection number \(generation), but number \(old.generation) was there before; \
          connect again with a higher one
          """)
      }
      sessions[name] = fresh
      return .resumed
    }
    guard !old.connected else {
      return .refused(
        """
        a worker named '\(name)' is connected already; give this one another name, or, if that one has just died, \
        try again in \(max(grace.wholeMilliseconds / 1000, 1)) s
        """)
    }
    sessions[name] = fresh
    return .replaced(oldSession: oldID)
  }

  /// A frame came: any one renews the session.
  ///
  /// - Returns: false if it came over a connection that is not the session's latest; then it must be refused.
  public mutating func heard(name: String, session: UInt64, generation: UInt64, at now: Moment) -> Bool {
    guard isCurrent(name, session, generation), sessions[name]?.connected == true else { return false }
    // A frame may be told of some time after it came, and after a later one.
    let before = sessions[name]?.lastHeard ?? now
    sessions[name]?.lastHeard = max(before, now)
    extend(name, to: now + grace)
    return true
  }

  /// The connection broke. The session goes on until its heartbeats run out.
  public mutating func disconnected(name: String, session: UInt64, generation: UInt64, at now: Moment) {
    guard isCurrent(name, session, generation) else { return }
    sessions[name]?.connected = false
  }

  /// The worker said goodbye: its session ends at once.
  ///
  /// - Returns: false if it came over a connection that is not the session's latest; then nothing ended.
  @discardableResult
  public mutating func left(name: String, session: UInt64, generation: UInt64, at now: Moment) -> Bool {
    guard isCurrent(name, session, generation) else { return false }
    sessions[name] = nil
    return true
  }

  /// At the start: by the store, a worker of this name holds attempts. It gets a grace to come back, and any session of
  /// that name may claim it.
  public mutating func expect(name: String, at now: Moment) {
    guard sessions[name] == nil else { return }
    sessions[name] = Session(id: nil, generation: 0, connected: false, lastHeard: nil, ends: now + grace)
  }

  /// Ends the sessions whose heartbeats have run out.
  ///
  /// At the first call, and after a gap of more than one heartbeat since the call before, nothing ends and every
  /// session gets its grace: what this process did not hear, it cannot hold against anyone.
  ///
  /// - Returns: the names of those that ended, sorted.
  public mutating func tick(at now: Moment) -> [String] {
    let last = lastTick
    lastTick = now
    guard let last, now - last <= heartbeat else {
      graceAll(at: now)
      return []
    }
    let ended = sessions.filter { $0.value.ends <= now }.keys.sorted()
    for name in ended { sessions[name] = nil }
    return ended
  }

  /// Gives every session 3 heartbeats from now: after an outage of the store, during which nothing could be kept.
  public mutating func graceAll(at now: Moment) {
    for name in sessions.keys { extend(name, to: now + grace) }
  }

  /// Nil if there is no session of that name.
  public func state(of name: String) -> SessionState? {
    sessions[name].map {
      SessionState(
        session: $0.id, generation: $0.generation, connected: $0.connected, lastHeard: $0.lastHeard, ends: $0.ends)
    }
  }

  private func isCurrent(_ name: String, _ session: UInt64, _ generation: UInt64) -> Bool {
    guard let current = sessions[name] else { return false }
    return current.id == session && current.generation == generation
  }

  private mutating func extend(_ name: String, to moment: Moment) {
    guard let ends = sessions[name]?.ends, ends < moment else { return }
    sessions[name]?.ends = moment
  }
}
