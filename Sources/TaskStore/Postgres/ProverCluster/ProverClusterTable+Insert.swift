import Foundation
import PostgreSQL
import TaskModel

/// What became of a row that was to be inserted.
public enum RowInsertion: Sendable, Hashable {
  case inserted
  /// The same row is there already, in this status.
  case existing(status: String)
  /// Another row has the id.
  case taken
}

extension ProverClusterTable {
  /// Inserts a row as the backend would; it becomes a task at the next look. In a transaction.
  ///
  /// - Parameters:
  ///   - input: JSON text.
  ///   - output: JSON text, or nil for none.
  /// - Throws: ``StoreError`` `unusable` with one sentence for what the table cannot hold.
  func insert(
    id: String, circuit: String, blockID: Int64, input: Data, output: Data? = nil, _ db: PostgresSession
  ) throws -> RowInsertion {
    try check("id", id, limit: shape.limits["task_id"])
    try check("circuit", circuit, limit: shape.limits["circuit"])
    if input.count > maxInput {
      throw refusal("the input of '\(id)' has \(input.count) bytes and the limit is \(maxInput)")
    }
    try checkJSON("input", of: id, input, db)
    if let output { try checkJSON("output", of: id, output, db) }
    let inserted = try amongTheirs(db, refusing: ServersWord.concernsRow) { () throws(PostgresError) in
      try db.rows(
        """
        INSERT INTO \(table) (task_id, circuit, block_id, input, output, status)
        VALUES ($1, $2, $3, convert_from($4, 'UTF8')::jsonb, convert_from($5, 'UTF8')::jsonb, 'inited')
        ON CONFLICT (task_id) DO NOTHING
        """, [.text(id), .text(circuit), .int(blockID), .bytes(input), output.map { .bytes($0) } ?? .null])
    }
    if case .failure(let error) = inserted {
      throw refusal("the table \(shape.name) does not take the row '\(id)': \(error.message)")
    }
    if try inserted.get().affected == 1 { return .inserted }
    let found = try db.rows(
      """
      SELECT status::text FROM \(table) WHERE task_id = $1 AND circuit = $2 AND block_id = $3
        AND input = convert_from($4, 'UTF8')::jsonb AND output IS NOT DISTINCT FROM convert_from($5, 'UTF8')::jsonb
      """, [.text(id), .text(circuit), .int(blockID), .bytes(input), output.map { .bytes($0) } ?? .null])
    return found.first.map { .existing(status: $0.text(0)) } ?? .taken
  }

  private func check(_ what: String, _ text: String, limit: Int?) throws {
    guard TaskID(text) != nil else { throw refusal("the \(what) '\(text.prefix(140))' is not \(TaskID.rule)") }
    if let limit, text.count > limit {
      throw refusal(
        "the \(what) '\(text)' has \(text.count) characters, and the prover cluster's table holds \(limit); give a shorter one"
      )
    }
  }

  /// Asked of the server: only it knows what it takes. In a savepoint, so that its answer does not end the transaction.
  private func checkJSON(_ what: String, of id: String, _ text: Data, _ db: PostgresSession) throws {
    try db.run("SAVEPOINT outer_json")
    do throws(PostgresError) {
      try db.change("SELECT jsonb_typeof(convert_from($1, 'UTF8')::jsonb)", [.bytes(text)])
      try db.run("RELEASE SAVEPOINT outer_json")
    } catch {
      guard let state = error.sqlState, state.hasPrefix("22") || state == "54000" else { throw error }
      try db.run("ROLLBACK TO SAVEPOINT outer_json; RELEASE SAVEPOINT outer_json")
      throw refusal("the \(what) of '\(id)' is not JSON that the prover cluster's table can hold: \(error.message)")
    }
  }

  private func refusal(_ sentence: String) -> StoreError { StoreError(.unusable, sentence) }
}
