import MusterCore
import PostgreSQL
import TaskModel

extension PostgresStore: SharedStore {
  public func openSession(_ greeting: SessionGreeting) async throws -> ConnectAnswer {
    let (answer, before) = try await perform { desk, db in try desk.open(greeting, db) }
    // Whatever the coordinator before was about to hand to this worker is committed once its lock is free: then what the worker
    // holds can be compared with what it says.
    if let before, before != number {
      // A statement of its own, so that the lock goes with it, whatever becomes of this process.
      try await read { db in _ = try db.rows("SELECT pg_advisory_xact_lock($1)", [.int(before)]) }
    }
    return answer
  }

  public func renewSessions(_ heard: [SessionRenewal]) async throws -> [String] {
    if heard.isEmpty { return [] }
    let gone = try await performAtIntake { [number, options] _, db in
      let ours = try db.rows(
        """
        UPDATE session s SET heard = greatest(s.heard, clock() - u.silence * interval '1 millisecond'),
          ends = greatest(s.ends, clock() - u.silence * interval '1 millisecond' + $5::int8 * interval '1 millisecond')
        FROM unnest($1::text[], $2::int8[], $3::int8[], $6::int8[]) AS u(name, session, silence, generation)
        WHERE s.name = u.name AND s.session = u.session AND s.generation = u.generation AND s.coordinator = $4
        RETURNING s.name
        """,
        [
          .texts(heard.map(\.name)), .ints(heard.map { Int64(bitPattern: $0.session) }),
          .ints(heard.map { max($0.silence.wholeMilliseconds, 0) }), .int(number),
          .int((options.heartbeat * SessionLedger.missedHeartbeats).wholeMilliseconds),
          .ints(heard.map { Int64(bitPattern: $0.generation) }),
        ])
      let names = Set(ours.map { $0.text(0) })
      return heard.map(\.name).filter { !names.contains($0) }
    }
    if !gone.isEmpty {
      try await perform { desk, _ in for name in gone { desk.evict(worker: name) } }
    }
    return gone
  }

  public func leaveSession(_ renewal: SessionRenewal, goodbye: Bool) async throws {
    let number = number
    _ = try await performAtIntake { _, db in
      try db.change(
        goodbye
          ? "DELETE FROM session WHERE name = $1 AND session = $2 AND generation = $3 AND coordinator = $4"
          : """
          UPDATE session SET connected = false WHERE name = $1 AND session = $2 AND generation = $3 AND coordinator = $4
          """,
        [
          .text(renewal.name), .int(Int64(bitPattern: renewal.session)), .int(Int64(bitPattern: renewal.generation)),
          .int(number),
        ])
    }
  }

  public func post(_ errand: WorkerErrand, to worker: String) async throws -> Bool {
    let what =
      switch errand {
      case .drain: "drain"
      case .resume: "resume"
      case .release: "release"
      }
    let found = try await performAtIntake { _, db in
      try db.change(
        """
        INSERT INTO errand (coordinator, what, worker)
        SELECT coordinator, $2, name FROM session WHERE name = $1
        UNION ALL SELECT coordinator, $2, name FROM prover WHERE name = $1
        """, [.text(worker), .text(what)])
    }
    if found > 0 { duty.wantsToTell() }
    return found > 0
  }

  public func remember(_ aside: SetAsideRecord?, worker: String, kind: String) async throws {
    try await performAtIntake { _, db in
      if let aside {
        try db.change(
          """
          INSERT INTO aside (worker, kind, rule, reason, until) VALUES ($1, $2, $3, $4, $5)
          ON CONFLICT (worker, kind) DO UPDATE SET rule = excluded.rule, reason = excluded.reason, until = excluded.until
          """,
          [
            .text(worker), .text(kind), .int2(aside.rule == .trial ? 1 : 0), .text(LabelText.sentence(aside.reason)),
            .time(aside.until),
          ])
      } else {
        try db.change("DELETE FROM aside WHERE worker = $1 AND kind = $2", [.text(worker), .text(kind)])
      }
      try db.change(
        "INSERT INTO errand (coordinator, what, worker) SELECT coordinator, 'aside', name FROM session WHERE name = $1",
        [.text(worker)])
    }
    duty.wantsToTell()
  }

  /// What others asked of this coordinator.
  func run(_ errands: [Duty.Errand]) async throws {
    var signal = StoreSignal()
    for errand in errands {
      switch errand.what {
      case "stop":
        guard let token = errand.token else { continue }
        try await perform { desk, _ in
          if desk.state.book.life(of: token.task)?.isCurrent(token) == true { desk.forget(token.task) }
        }
        signal.stops.append(StoppedAttempt(worker: errand.worker, token: token))
      case "drain": signal.errands.append((errand.worker, .drain))
      case "resume": signal.errands.append((errand.worker, .resume))
      case "release": signal.errands.append((errand.worker, .release))
      case "aside": try await perform { desk, db in try desk.reloadAsides(of: errand.worker, db) }
      // A later version may ask for more than this one knows.
      default: logger.info("an errand that this version does not know was left", metadata: ["errand": "\(errand.what)"])
      }
    }
    signals.give(signal)
    try await duty.finished(errands)
  }
}
