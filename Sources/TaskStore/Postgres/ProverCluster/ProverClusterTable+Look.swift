import Foundation
import PostgreSQL
import TaskModel

extension ProverClusterTable {
  /// Looks for rows that are new, and for tasks of ours whose rows others changed or deleted.
  ///
  /// Changes nothing in the table but rows that we still owe it (see ``Standing/owed``). Each statement sees one moment of
  /// the table and of ours, in which our own writes are whole. Makes a transaction of its own.
  ///
  /// - Parameter limit: the most rows of each sort.
  func look(_ db: PostgresSession, limit: Int) throws -> OuterLook {
    var look = OuterLook()
    // The tables are empty at first and may fill quickly: a plan that is kept would be one for empty tables. And what runs
    // twice a second all day long shall not take several processes of somebody's server.
    try db.run(
      """
      BEGIN ISOLATION LEVEL READ COMMITTED;
      SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL max_parallel_workers_per_gather = 0
      """)
    try giveBackOwed(db, limit: limit)
    try findTouched(&look, db, limit: limit)
    try findInited(&look, db, limit: limit)
    try db.run("COMMIT")
    return look
  }

  private func giveBackOwed(_ db: PostgresSession, limit: Int) throws {
    // Held from here on: one that is handed out in this moment must not be given back under its prover's hands.
    let owed = try db.rows(
      "SELECT seq FROM outer_row WHERE stands = 4 ORDER BY seq LIMIT $1 FOR UPDATE SKIP LOCKED", [.int(Int64(limit))])
    if !owed.isEmpty { try giveBack(owed.map { $0.int(0) }, db) }
  }

  // MARK: Unfinished tasks

  /// Rows of unfinished tasks that somebody wrote to, or that are gone.
  private func findTouched(_ look: inout OuterLook, _ db: PostgresSession, limit: Int) throws {
    let from = round.position
    let step = try db.rows(
      "SELECT count(*), coalesce(max(seq), 0) FROM (SELECT seq FROM live WHERE seq > $1 ORDER BY seq LIMIT $2) s",
      [.int(from), .int(Int64(LookRound.step))]
    ).first
    let end = step?.int(1) ?? 0
    if round.advance(to: end, count: Int(step?.int(0) ?? 0)) { try forgetProblems(db) }
    let rows = try db.rows(
      """
      WITH checked AS MATERIALIZED (
        SELECT seq FROM outer_row WHERE stands IN (1, 4) UNION SELECT seq FROM live WHERE seq > $2 AND seq <= $3)
      SELECT \(Self.situation), o.seq, r.xmin::text::int8
      FROM checked c JOIN live l ON l.seq = c.seq JOIN outer_row o ON o.seq = c.seq
      LEFT JOIN \(table) r ON r.task_id = \(key)
      WHERE r.task_id IS NULL OR r.xmin <> o.version ORDER BY o.seq LIMIT $1
      """, [.int(Int64(limit)), .int(from), .int(end)])
    look.hasMore = look.hasMore || rows.count == limit
    var harmless: [(task: Int64, version: Int64)] = []
    for row in rows {
      let task = row.int(Self.situationColumns)
      if let reason = RowSituation(row).objection(shape.name) {
        look.withdrawn.append((task, reason))
      } else {
        harmless.append((task, row.int(Self.situationColumns + 1)))
      }
    }
    try remember(harmless, db)
  }

  /// Somebody wrote to these rows, but nothing that concerns us: the next look need not compare them again.
  private func remember(_ rows: [(task: Int64, version: Int64)], _ db: PostgresSession) throws {
    if rows.isEmpty { return }
    try db.change(
      """
      UPDATE outer_row o SET version = u.version::text::xid FROM unnest($1::int8[], $2::int8[]) AS u(seq, version)
      WHERE o.seq = u.seq AND o.stands IN (0, 1)
      """, [.ints(rows.map(\.task)), .ints(rows.map(\.version))])
  }

  // MARK: Rows that wait

  /// Only what is returned is read whole: inputs may be large.
  private var inited: String {
    let direction = latestFirst ? "DESC" : "ASC"
    return """
      WITH candidate AS MATERIALIZED (
        SELECT r.task_id, r.block_id, r.xmin AS version, o.seq, o.stands, o.digest AS known, pg_column_size(r.input) AS stored
        FROM \(table) r LEFT JOIN outer_row o ON r.task_id = \(key) LEFT JOIN live l ON l.seq = o.seq
        LEFT JOIN outer_problem p ON r.task_id = p.task_id\(shape.collation) AND p.version = r.xmin
        WHERE r.status = 'inited' AND p.task_id IS NULL
          AND (o.seq IS NULL OR l.seq IS NULL AND (o.stands <> 0 OR o.version <> r.xmin))
        ORDER BY r.block_id \(direction), r.task_id LIMIT $1),
      few AS (
        SELECT * FROM (
          SELECT *, count(*) OVER () AS found, sum(stored) OVER (ORDER BY block_id \(direction), task_id) - stored AS before
          FROM candidate) c WHERE before <= $3)
      SELECT r.task_id::text, r.circuit::text, r.block_id, f.version::text::int8, octet_length(r.input::text), d.digest,
        CASE WHEN octet_length(r.input::text) <= $2 THEN convert_to(r.input::text, 'UTF8') END, f.seq,
        f.stands <> 0, d.digest = f.known, f.found
      FROM few f JOIN \(table) r ON r.task_id = f.task_id CROSS JOIN LATERAL (SELECT \(Self.digest) AS digest OFFSET 0) d
      ORDER BY f.block_id \(direction), f.task_id
      """
  }

  /// `inited` rows without a task, and those whose task has ended and which ask for another.
  private func findInited(_ look: inout OuterLook, _ db: PostgresSession, limit: Int) throws {
    let rows = try db.rows(
      inited, [.int(Int64(limit)), .int(Int64(maxInput)), .int(Int64(Self.lookBytes))])
    let found = Int(rows.first?.int(10) ?? 0)
    look.hasMore = look.hasMore || found == limit || rows.count < found
    var harmless: [(task: Int64, version: Int64)] = []
    var problems: [(id: String, version: Int64, problem: String)] = []
    for row in rows {
      let version = row.int(3)
      if let task = row.optionalInt(7) {
        if row.bool(8) {
          look.again.append((task, "its row in \(shape.name) was set back to 'inited'"))
        } else if !row.bool(9) {
          look.again.append((task, "what is to be proved was changed in its row in \(shape.name)"))
        } else {
          harmless.append((task, version))
        }
        continue
      }
      let (id, circuit) = (row.text(0), row.text(1))
      if let problem = problem(id: id, circuit: circuit, size: Int(row.int(4))) {
        problems.append((id, version, problem))
      } else if let taskID = TaskID(id) {
        let task = OuterTask(id: taskID, kind: circuit, input: row.bytes(6), order: row.int(2))
        look.fresh.append(OuterRow(task: task, version: version, digest: row.bytes(5)))
      }
    }
    try remember(harmless, db)
    try note(problems, db)
  }
}
