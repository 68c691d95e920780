import Foundation
import PostgreSQL
import TaskModel

extension ProverClusterTable {
  /// Notes that these rows have tasks now; in the transaction that makes the tasks.
  func take(_ rows: [OuterRow], _ db: PostgresSession) throws {
    if rows.isEmpty { return }
    try db.change(
      """
      INSERT INTO outer_row AS o (seq, task_id, version, digest)
      SELECT t.seq, u.id, u.version::text::xid, u.digest
      FROM unnest($1::text[], $2::int8[], $3::bytea[]) AS u(id, version, digest) JOIN task t ON t.id = u.id
      ON CONFLICT (task_id) DO UPDATE
        SET seq = excluded.seq, version = excluded.version, digest = excluded.digest, stands = 0, prover = NULL
        WHERE o.seq <> excluded.seq
      """, [.texts(rows.map(\.task.id.text)), .ints(rows.map(\.version)), .byteas(rows.map(\.digest))])
  }

  /// The tasks are deleted: what is known of their rows goes with them.
  func forget(_ tasks: [Int64], _ db: PostgresSession) throws {
    if tasks.isEmpty { return }
    try db.change("DELETE FROM outer_row WHERE seq = ANY ($1)", [.ints(tasks)])
  }

  /// The place of a task in the order of the table, for one that is tried anew; nil if its row is gone.
  func order(of task: Int64, _ db: PostgresSession) throws -> Int64? {
    try db.rows(
      "SELECT r.block_id FROM outer_row o JOIN \(table) r ON r.task_id = \(key) WHERE o.seq = $1", [.int(task)]
    ).first?.int(0)
  }

  /// A condition for the statement that picks final tasks to delete: whether the task `f` (a row of `final`) may go.
  ///
  /// A failed or cancelled task stays as long as its row waits: it is what keeps the row from being proved again and again.
  var mayExpire: String {
    """
    (f.state = 4 OR NOT EXISTS (SELECT FROM outer_row o JOIN \(table) r ON r.task_id = \(key)
      WHERE o.seq = f.seq AND o.stands <> 3 AND r.status = 'inited'))
    """
  }

  /// The `output` of a task's row as JSON text; nil if it has none, or if the row is not what it was.
  ///
  /// The original protocol hands it to provers beside the input. It is read from the row, which is ours while it is proved.
  func output(of task: Int64, _ db: PostgresSession) throws -> Data? {
    try db.rows(
      """
      SELECT convert_to(r.output::text, 'UTF8') FROM outer_row o JOIN \(table) r ON r.task_id = \(key)
      WHERE o.seq = $1 AND \(Self.isSame)
      """, [.int(task)]
    ).first?.optionalBytes(0)
  }

  // MARK: Problems

  /// Why a row cannot become a task; nil if it can.
  func problem(id: String, circuit: String, size: Int) -> String? {
    if TaskID(id) == nil { return "its task_id is not \(TaskID.rule)" }
    if TaskID(circuit) == nil { return "its circuit '\(circuit.prefix(30))' is not \(TaskID.rule)" }
    if size > maxInput { return "its input has \(size) bytes of JSON and the limit is \(maxInput)" }
    return nil
  }

  /// Rows that are left alone until somebody changes them.
  func note(_ problems: [(id: String, version: Int64, problem: String)], _ db: PostgresSession) throws {
    if problems.isEmpty { return }
    try db.change(
      """
      INSERT INTO outer_problem (task_id, version, problem)
      SELECT u.id, u.version::text::xid, u.problem FROM unnest($1::text[], $2::int8[], $3::text[]) AS u(id, version, problem)
      ON CONFLICT (task_id) DO UPDATE SET version = excluded.version, problem = excluded.problem
      """, [.texts(problems.map(\.id)), .ints(problems.map(\.version)), .texts(problems.map(\.problem))])
  }

  /// Rows of which the store has no use.
  func refuse(_ rows: [(row: OuterRow, problem: String)], _ db: PostgresSession) throws {
    try note(rows.map { ($0.row.task.id.text, $0.row.version, $0.problem) }, db)
  }

  /// Rows that are gone or were changed: they are not left alone any more.
  func forgetProblems(_ db: PostgresSession) throws {
    try db.change(
      """
      DELETE FROM outer_problem p WHERE NOT EXISTS (
        SELECT FROM \(table) r WHERE r.task_id = p.task_id\(shape.collation) AND r.xmin = p.version)
      """)
  }

  /// A sentence about the rows that cannot become tasks; nil if there are none.
  func problems(_ db: PostgresSession) throws -> String? {
    let rows = try db.rows("SELECT task_id, problem, count(*) OVER () FROM outer_problem ORDER BY task_id LIMIT 1", [])
    guard let row = rows.first else { return nil }
    let example = "'\(row.text(0))': \(row.text(1))"
    if row.int(2) == 1 { return "a row of \(shape.name) is left alone: \(example)" }
    return "\(row.int(2)) rows of \(shape.name) are left alone, for example \(example)"
  }
}
