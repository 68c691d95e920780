import MusterCore
import PostgreSQL
import TaskModel

/// Who has what.
extension PostgresStore {
  /// The workers of all coordinators, by name. Of those of other coordinators it is not known how much they would take
  /// ahead of time.
  public func workers() async throws -> [RosterWorker] {
    let own = try await ownWorkers()
    let coordinator = number
    let time = time
    return try await read { db in
      try PostgresRoster.book(db, own: own, coordinator: coordinator, at: time.moment()).workers.values.sorted {
        $0.name < $1.name
      }
    }
  }

  /// Those of this coordinator as it knows them.
  func ownWorkers() async throws -> [RosterWorker] {
    try await perform { desk, _ in Array(desk.state.book.workers.values) }
  }

  public func holders() async throws -> [String] {
    try await read { db in
      try db.rows("SELECT DISTINCT worker FROM live WHERE state = 2 AND worker IS NOT NULL ORDER BY worker", []).map {
        $0.text(0)
      }
    }
  }

  public func held(by worker: String) async throws -> [Token] {
    guard worker.canBeStored else { return [] }
    return try await read { db in
      try db.rows(
        "SELECT coalesce(epoch, 0), seq, handouts FROM live WHERE state = 2 AND worker = $1 ORDER BY seq",
        [.text(worker)]
      ).map(Self.token)
    }
  }

  public func unstarted(of worker: String) async throws -> [(token: Token, since: Moment)] {
    guard worker.canBeStored else { return [] }
    let time = time
    return try await read { db in
      let rows = try db.rows(
        """
        SELECT coalesce(epoch, 0), seq, handouts, (extract(epoch FROM clock() - since) * 1000000)::int8 FROM live
        WHERE state = 2 AND worker = $1 AND NOT started ORDER BY since, seq
        """, [.text(worker)])
      let now = time.moment()
      return rows.map { (Self.token($0), now + (.zero - Duration.microseconds($0.int(3)))) }
    }
  }

  /// From epoch, sequence number and hand-outs.
  @Sendable private static func token(_ row: PostgresRow) -> Token {
    Token(
      epoch: UInt64(bitPattern: row.int(0)), task: row.int(1), attempt: UInt32(truncatingIfNeeded: row.int(2)))
  }
}
