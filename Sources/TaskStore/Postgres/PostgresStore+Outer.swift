import Foundation
import MusterCore
import PostgreSQL
import TaskModel

/// What is to be told of the prover cluster's table, for `coordinator status`.
public struct OuterReport: Sendable, Hashable {
  /// The table's name.
  public var table: String
  /// How many rows are `proving` without our doing, and one of them.
  public var strangers: Int
  public var stranger: StrangerRow?
  /// A sentence about rows that cannot become tasks.
  public var problem: String?
  /// The statement that makes the looks cheap.
  public var advice: String?
}

extension PostgresStore {
  private var proverCluster: ProverClusterTable? { outer as? ProverClusterTable }

  /// Nil without an outer table.
  public func outerReport() async throws -> OuterReport? {
    guard let table = proverCluster else { return nil }
    return try await read { db in
      let strangers = try table.strangers(db, limit: 1)
      return OuterReport(
        table: table.shape.name, strangers: strangers.count, stranger: strangers.rows.first,
        problem: try table.problems(db), advice: try table.advice(db))
    }
  }

  /// Takes rows that are `proving` without our doing and were not written to for `age`; nil without an outer table.
  public func adopt(olderThan age: Duration) async throws -> Int? {
    guard let table = proverCluster else { return nil }
    return try await performAtIntake { _, db in try table.adopt(db, olderThan: age) }
  }

  /// Inserts a row as the backend would; nil without an outer table.
  public func insertRow(
    id: String, circuit: String, blockID: Int64, input: Data, output: Data?
  ) async throws -> RowInsertion? {
    guard let table = proverCluster else { return nil }
    return try await performAtIntake { _, db in
      try table.insert(id: id, circuit: circuit, blockID: blockID, input: input, output: output, db)
    }
  }

  /// The row's `output` as JSON text, which the original protocol hands out beside the input.
  public func output(of token: Token) async throws -> Data? {
    guard let table = proverCluster else { return nil }
    return try await read { db in try table.output(of: token.task, db) }
  }

  /// Takes over what is new in the outer table, and lets go of what others took.
  func pollOuter() async throws {
    guard let outer else { return }
    var hasMore = true
    while hasMore {
      let begin = time.moment()
      let look = try await read { db in try outer.look(db, limit: 2000) }
      await duty.looked(took: time.moment() - begin)
      hasMore = look.hasMore
      try await take(look.fresh, outer)
      for (task, _) in look.withdrawn { try await withdraw(task, outer) }
      if !look.again.isEmpty {
        logger.info(
          "rows ask for another round", metadata: ["count": "\(look.again.count)", "first": "\(look.again[0].reason)"])
        try await perform { _, db in try Retention.deleteFinal(look.again.map(\.task), outer: outer, db) }
        // Their rows are fresh now.
        hasMore = true
      }
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
