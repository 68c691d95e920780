import MusterCore
import PostgreSQL
import TaskModel

/// What coordinators know of each other.
extension PostgresStore {
  public func sessions() async throws -> [SharedSession] {
    try await read { db in
      try db.rows(
        """
        SELECT s.name, s.coordinator, coalesce(c.address, ''), s.connected, NOT s.accepting, s.build, s.since, s.heard,
          s.generation
        FROM session s LEFT JOIN coordinator c ON c.id = s.coordinator ORDER BY s.name
        """, []
      ).map { row in
        SharedSession(
          name: row.text(0), coordinator: row.int(1), generation: UInt64(bitPattern: row.int(8)),
          address: row.text(2), connected: row.bool(3), draining: row.bool(4), build: row.text(5), since: row.time(6),
          lastHeard: row.time(7))
      }
    }
  }

  public func coordinators() async throws -> [SharedCoordinator] {
    let this = number
    let grace = options.heartbeat * SessionLedger.missedHeartbeats
    let hasDuty = await duty.isOnDuty
    return try await read { db in
      try db.rows(
        """
        SELECT id, address, build, started, heard, id = $1, coalesce(duty = max(duty) OVER (), false) FROM coordinator
        WHERE id = $1 OR heard >= (SELECT clock() - $2::int8 * interval '1 millisecond')
        ORDER BY id <> $1, address, id
        """, [.int(this), .int(grace.wholeMilliseconds)]
      ).map { row in
        SharedCoordinator(
          number: row.int(0), address: row.text(1), build: row.text(2), started: row.time(3), lastHeard: row.time(4),
          isThis: row.bool(5), onDuty: row.bool(5) ? hasDuty : row.bool(6) && !hasDuty)
      }
    }
  }

  public func setAsideRecords(of worker: String?) async throws -> [SetAsideRecord] {
    guard worker?.canBeStored ?? true else { return [] }
    return try await read { db in
      try db.rows(
        """
        SELECT worker, kind, rule, reason, until FROM aside WHERE $1::text IS NULL OR worker = $1 ORDER BY worker, kind
        """, [worker.map { .text($0) } ?? .null]
      ).map { row in
        SetAsideRecord(
          worker: row.text(0), kind: row.text(1), rule: SetAsideRule(stored: row.int(2)), reason: row.text(3),
          until: row.time(4))
      }
    }
  }
}
