import Foundation
import PostgreSQL

extension ProverClusterTable {
  // Every write first locks the rows that are as we left them, skipping those that another program has locked: a program
  // that keeps a transaction open must not hold up everybody else's tasks. What was locked cannot change any more.

  /// Marks rows as being proved.
  ///
  /// - Returns: the tasks whose rows were free and could be marked. The others' rows are locked, or not what they were:
  ///   the next ``look(_:limit:)`` tells which.
  func claim(_ tasks: [OuterClaim], _ db: PostgresSession) throws -> Set<Int64> {
    let answer = try ServersWord(self, tasks, db) { tasks throws(PostgresError) in
      try db.rows(
        """
        WITH free AS MATERIALIZED (
          SELECT o.seq, r.task_id, u.prover
          FROM unnest($1::int8[], $2::text[]) AS u(seq, prover) JOIN \(known) o ON o.seq = u.seq
          JOIN \(table) r ON r.task_id = \(key)
          WHERE (r.status = 'inited' OR o.stands = 4 AND \(Self.isMarked)) AND \(Self.isSame) FOR UPDATE OF r SKIP LOCKED),
        marked AS (
          UPDATE \(table) r SET status = 'proving', prover_id = f.prover FROM free f WHERE r.task_id = f.task_id
          RETURNING f.seq, f.prover, r.xmin AS version)
        UPDATE \(known) o SET stands = 1, prover = m.prover, version = m.version FROM marked m WHERE o.seq = m.seq
        RETURNING o.seq
        """, [.ints(tasks.map(\.task)), .texts(tasks.map { proverID($0.worker) })])
    }
    return answer.tasks
  }

  /// Writes proofs into their rows. The only place where that is done.
  func finish(_ ends: [OuterEnd], _ db: PostgresSession) throws -> OuterFinish {
    let answer = try ServersWord(self, ends, db) { ends throws(PostgresError) in
      try db.rows(
        """
        WITH ours AS MATERIALIZED (
          SELECT o.seq, r.task_id, u.prover, u.proof, u.public_input
          FROM unnest($1::int8[], $2::text[], $3::bytea[], $4::bytea[]) AS u(seq, prover, proof, public_input)
          JOIN \(known) o ON o.seq = u.seq JOIN \(table) r ON r.task_id = \(key)
          WHERE (o.stands IN (0, 3) AND r.status = 'inited' OR \(Self.isMarked)) AND \(Self.isSame)
          FOR UPDATE OF r SKIP LOCKED),
        written AS (
          UPDATE \(table) r SET status = 'proved', proof = f.proof, prover_id = f.prover,
            public_input = coalesce(f.public_input, r.public_input)
          FROM ours f WHERE r.task_id = f.task_id RETURNING f.seq, f.prover, r.xmin AS version)
        UPDATE \(known) o SET stands = 2, prover = w.prover, version = w.version FROM written w WHERE o.seq = w.seq
        RETURNING o.seq
        """,
        [
          .ints(ends.map(\.task)), .texts(ends.map { proverID($0.worker) }), .byteas(ends.map(\.result)),
          .byteas(ends.map(\.publicInput)),
        ])
    }
    var finish = OuterFinish(written: answer.tasks)
    try sort(ends.map(\.task).filter { !answer.tasks.contains($0) && answer.refused[$0] == nil }, &finish, db)
    try disown(Array(finish.lost.keys), db)
    // Not another program's: it waits until somebody retries its task, or it would be proved and refused for ever.
    try giveBack(Array(answer.refused.keys), db)
    for (task, sentence) in answer.refused {
      finish.lost[task] = "the table \(shape.name) does not take its proof: \(sentence)"
    }
    return finish
  }

  /// Why results could not be written.
  private func sort(_ tasks: [Int64], _ finish: inout OuterFinish, _ db: PostgresSession) throws {
    if tasks.isEmpty { return }
    finish.busy = Set(tasks)
    let rows = try db.rows(
      """
      SELECT \(Self.situation), u.seq, o.seq IS NULL
      FROM unnest($1::int8[]) AS u(seq) LEFT JOIN outer_row o ON o.seq = u.seq LEFT JOIN \(table) r ON r.task_id = \(key)
      """, [.ints(tasks)])
    for row in rows {
      let task = row.int(Self.situationColumns)
      var reason: String? = "it has no row in \(shape.name)"
      if !row.bool(Self.situationColumns + 1) {
        reason = RowSituation(row).objection(shape.name)
      }
      guard let reason else { continue }
      finish.busy.remove(task)
      finish.lost[task] = reason
    }
  }

  /// Lets go of the row of a task that is to be withdrawn, if that is still so. The caller has the task locked, so that
  /// none of ours can change the row meanwhile, and cancels it.
  ///
  /// If its row comes to be `inited`, that is a new round and not a cancelled task to be left alone.
  /// - Returns: the reason; nil if the row is as we left it, after all.
  func withdraw(_ task: Int64, _ db: PostgresSession) throws -> String? {
    let row = try db.rows(
      "SELECT \(Self.situation) FROM outer_row o LEFT JOIN \(table) r ON r.task_id = \(key) WHERE o.seq = $1",
      [.int(task)]
    ).first
    guard let row, let reason = RowSituation(row).objection(shape.name) else { return nil }
    try disown([task], db)
    return reason
  }

  /// A row that is still marked is set back first.
  private func disown(_ tasks: [Int64], _ db: PostgresSession) throws {
    if tasks.isEmpty { return }
    try giveBack(tasks, db)
    try db.change("UPDATE outer_row SET stands = 3 WHERE seq = ANY ($1) AND stands = 0", [.ints(tasks)])
  }

  /// Sets rows back to `inited` whose attempts came to nothing, or whose tasks failed or were cancelled.
  ///
  /// `prover_id` stays, as the original leaves it: it says who had the row last. A row that another program has locked is
  /// set back by a later ``look(_:limit:)``; one that is another's stays as it is.
  func giveBack(_ tasks: [Int64], _ db: PostgresSession) throws {
    if tasks.isEmpty { return }
    let answer = try ServersWord(self, tasks, db) { tasks throws(PostgresError) in
      // The contents may have been changed while the row was ours: then the version must not say that they are known.
      try db.rows(
        """
        WITH ours AS MATERIALIZED (
          SELECT o.seq, r.task_id, \(Self.isSame) AS same FROM \(known) o JOIN \(table) r ON r.task_id = \(key)
          WHERE o.seq = ANY ($1) AND \(Self.isMarked) FOR UPDATE OF r SKIP LOCKED),
        freed AS (
          UPDATE \(table) r SET status = 'inited' FROM ours f WHERE r.task_id = f.task_id
          RETURNING f.seq, CASE WHEN f.same THEN r.xmin ELSE '0'::xid END AS version)
        UPDATE \(known) o SET stands = 0, version = f.version FROM freed f WHERE o.seq = f.seq RETURNING o.seq
        """, [.ints(tasks)])
    }
    let others = tasks.filter { !answer.tasks.contains($0) }
    if others.isEmpty { return }
    // Marked as we left it, and yet not written: locked (4), unless the table refused. Else it is another's (3), or was
    // never marked and waits as before.
    try db.change(
      """
      UPDATE outer_row o SET stands = CASE WHEN o.seq <> ALL ($2) AND EXISTS (
          SELECT FROM \(table) r WHERE r.task_id = \(key) AND \(Self.isMarked)) THEN 4 ELSE 3 END
      WHERE o.seq = ANY ($1) AND o.stands <> 2
        AND NOT (o.stands = 0 AND EXISTS (SELECT FROM \(table) r WHERE r.task_id = \(key) AND r.status = 'inited'))
      """, [.ints(others), .ints(answer.refused.map(\.key))])
  }
}
