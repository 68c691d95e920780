/// The rows of one answer. They are read where libpq has put them, and may be passed on to other threads.
public struct PostgresRows: RandomAccessCollection, Sendable {
  let result: PostgresResult

  public var startIndex: Int { 0 }
  public var endIndex: Int { result.rowCount }
  public subscript(position: Int) -> PostgresRow {
    precondition(position >= 0 && position < result.rowCount, "no such row")
    return PostgresRow(result: result, row: Int32(truncatingIfNeeded: position))
  }

  /// How many rows the statement inserted, updated, deleted or returned.
  public var affected: Int { result.affected }
}
