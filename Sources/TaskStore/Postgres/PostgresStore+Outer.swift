import Foundation
import MusterCore
import PostgreSQL
import TaskModel

/// A PostgreSQL store over the prover cluster's table, for people.
struct ProverClusterRows: OuterRows {
  let store: PostgresStore
  let table: ProverClusterTable

  func notices() async throws -> [String] {
    let table = table
    return try await store.read { db in
      var notices: [String] = []
      let strangers = try table.strangers(db, limit: 1)
      if let first = strangers.rows.first {
        notices.append(
          "\(strangers.count) rows of \(table.shape.name) are 'proving' without our doing, such as '\(first.id)' by '\(first.prover)'; if nobody works on them any more, take them with 'muster task adopt --older-than 1h'"
        )
      }
      if let problem = try table.problems(db) { notices.append(problem) }
      if let advice = try table.advice(db) {
        notices.append(
          "\(table.shape.name) has no index by which rows to prove are found, so each look reads all of it; a person may run: \(advice)"
        )
      }
      return notices
    }
  }

  func adopt(olderThan age: Duration) async throws -> Int {
    let table = table
    return try await store.performAtIntake { _, db in try table.adopt(db, olderThan: age) }
  }

  func insert(
    id: String, circuit: String, blockID: Int64, input: Data, output: Data?
  ) async throws -> RowInsertion {
    let table = table
    return try await store.performAtIntake { _, db in
      try table.insert(id: id, circuit: circuit, blockID: blockID, input: input, output: output, db)
    }
  }
}

extension PostgresStore {
  private var proverCluster: ProverClusterTable? { outer as? ProverClusterTable }

  public var outerRows: (any OuterRows)? { proverCluster.map { ProverClusterRows(store: self, table: $0) } }

  /// The row's `output` as JSON text, which the original protocol hands out beside the input.
  public func output(of token: Token) async throws -> Data? {
    guard let table = proverCluster else { return nil }
    return try await read { db in try table.output(of: token.task, db) }
  }

  /// Takes over what is new in the outer table, and lets go of what others took.
  func pollOuter() async throws {
    guard let outer else { return }
    // One look a round, so that other duties do not wait for a long backlog; two where rows ask for another round of proving:
    // they are fresh at the second.
    for _ in 0..<2 {
      let begin = time.moment()
      let look = try await read { db in try outer.look(db, limit: 2000) }
      await duty.looked(took: time.moment() - begin)
      try await take(look.fresh, outer)
      for (task, _) in look.withdrawn { try await withdraw(task, outer) }
      if look.hasMore { await duty.lookAgain() }
      if look.again.isEmpty { return }
      logger.info(
        "rows ask for another round", metadata: ["count": "\(look.again.count)", "first": "\(look.again[0].reason)"])
      try await perform { _, db in try Retention.deleteFinal(look.again.map(\.task), outer: outer, db) }
      await duty.lookAgain()
    }
  }

  private func take(_ rows: [OuterRow], _ outer: any OuterTable) async throws {
    if rows.isEmpty { return }
    let tasks = rows.map { row in
      let kind = definition(ofCircuit: row.task.kind)
      return NewTask(
        id: row.task.id, kind: kind?.name ?? row.task.kind, input: .bytes(row.task.input),
        needs: kind?.needs ?? Needs(),
        maxAttempts: UInt16(clamping: kind?.maxAttempts ?? 3),
        oversize: row.task.input.count + 400 > options.compatMaxMessage,
        identity: NewTask.identity(
          kind: kind?.name ?? row.task.kind, input: row.task.input, needs: Needs(slots: 0), dependsOn: []))
    }
    let item = IntakeDesk.Item(tasks: tasks, orders: rows.map(\.task.order))
    var ahead = item
    ahead.isAhead = true
    _ = try await intake.send(ahead)
    try await performAtIntake { intake, db in
      let outcomes = try intake.process([item], db).first ?? []
      var taken: [OuterRow] = []
      var refused: [(row: OuterRow, problem: String)] = []
      for (row, outcome) in zip(rows, outcomes) {
        switch outcome {
        case .accepted, .existing: taken.append(row)
        case .refused: refused.append((row, "there is a task of its id that was submitted otherwise"))
        }
      }
      try outer.take(taken, db)
      try outer.refuse(refused, db)
    }
  }

  private func withdraw(_ task: Int64, _ outer: any OuterTable) async throws {
    try await perform { desk, db in
      guard let row = try LiveRow.lock(task, db), let reason = try outer.withdraw(task, db) else { return }
      try desk.learnLane(row.lane, db)
      try desk.apply(.cancelled, to: row, Desk.Circumstances(error: reason, stopping: true), db)
    }
  }
}
