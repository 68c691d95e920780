import PostgreSQL

/// What the server did for a list of tasks, when one that it refuses must not take the others with it.
///
/// The table belongs to others, who may have put triggers and constraints on it. If the statement for all fails, each task
/// is tried alone; errors that end or spoil the transaction are thrown.
struct ServersWord {
  /// Those that the statement returned in its first column.
  private(set) var tasks: Set<Int64> = []
  /// What the server said of the others that it refused.
  private(set) var refused: [Int64: String] = [:]

  init<Item: OuterItem>(
    _ table: ProverClusterTable, _ items: [Item], _ db: PostgresSession,
    _ statement: ([Item]) throws(PostgresError) -> PostgresRows
  ) throws(PostgresError) {
    if items.isEmpty { return }
    if try attempt(table, items, db, statement) == nil { return }
    for item in items { refused[item.outerTask] = try attempt(table, [item], db, statement) }
  }

  /// - Returns: what the server said if it refused; nothing was done then.
  private mutating func attempt<Item>(
    _ table: ProverClusterTable, _ items: [Item], _ db: PostgresSession,
    _ statement: ([Item]) throws(PostgresError) -> PostgresRows
  ) throws(PostgresError) -> String? {
    let answer = try table.amongTheirs(db, refusing: Self.concernsRow) { () throws(PostgresError) in
      try statement(items)
    }
    switch answer {
    case .success(let rows):
      for row in rows { tasks.insert(row.int(0)) }
      return nil
    case .failure(let error): return error.message
    }
  }

  /// Raised by a trigger, a constraint or a column's type. Everything else (a lost connection, a deadlock, no room, no
  /// right) would befall the next row too.
  static func concernsRow(_ error: PostgresError) -> Bool {
    guard let state = error.sqlState else { return false }
    return ["P0", "22", "23", "44", "09", "27", "39"].contains(state.prefix(2))
  }
}

/// Something for one task.
protocol OuterItem {
  var outerTask: Int64 { get }
}

extension OuterClaim: OuterItem { var outerTask: Int64 { task } }
extension OuterEnd: OuterItem { var outerTask: Int64 { task } }
extension Int64: OuterItem { var outerTask: Int64 { self } }
