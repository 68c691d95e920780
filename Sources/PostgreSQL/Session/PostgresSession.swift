import MusterCore

/// A connection as its own thread sees it: synchronous, and used only inside ``PostgresConnection/perform(_:)``.
public final class PostgresSession {
  let library: LibPQ
  let connection: LibPQ.Connection
  let link: ConnectionLink
  let parameters = ParameterBuffer()
  var statements = StatementCache()

  init(_ target: PostgresTarget, name: String, _ link: ConnectionLink) throws(PostgresError) {
    let library = try LibPQ.shared()
    let connection = try target.withParameters(library, name: name) { keywords, values throws(PostgresError) in
      guard let connection = library.connectdbParams(keywords, values, 0) else { throw PostgresError.outOfMemory }
      guard library.status(connection) == ConnectionStatus.ok else {
        defer { library.finish(connection) }
        throw PostgresError.cannotConnect(connection, library, target)
      }
      return connection
    }
    self.library = library
    self.connection = connection
    self.link = link
    _ = library.setNoticeProcessor(connection, { _, _ in }, nil)
    link.opened(socket: library.socket(connection))
  }

  /// Takes leave of the server. Nothing else may be called afterwards.
  func finish() {
    library.finish(connection)
    link.closed()
  }

  /// Does one thing that was asked of the connection; leaves no transaction open if that fails.
  func perform<R>(_ body: (PostgresSession) throws -> R) throws -> R {
    guard link.isOpen else { throw PostgresError.connectionLost }
    do {
      return try body(self)
    } catch {
      let status = library.transactionStatus(connection)
      if status == TransactionStatus.inTransaction || status == TransactionStatus.inFailedTransaction {
        try? run("ROLLBACK")
      }
      throw error
    }
  }

  /// Runs one or several statements without parameters and without results, such as BEGIN, COMMIT or the making of tables.
  ///
  /// Several statements without BEGIN are one transaction.
  public func run(_ sql: String) throws(PostgresError) {
    try checkText(sql)
    _ = try answer(library.sendQuery(connection, sql))
  }

  /// Runs one statement; prepared when this connection runs this text for the first time.
  public func rows(_ sql: String, _ values: [PostgresValue] = []) throws(PostgresError) -> PostgresRows {
    PostgresRows(result: try execute(sql, values))
  }

  /// Runs one statement; tells how many rows it inserted, updated, deleted or selected.
  @discardableResult
  public func change(_ sql: String, _ values: [PostgresValue] = []) throws(PostgresError) -> Int {
    try execute(sql, values).affected
  }

  private func execute(_ sql: String, _ values: [PostgresValue]) throws(PostgresError) -> PostgresResult {
    let statement = try prepared(sql, values)
    try parameters.encode(values)
    let sent = parameters.withPointers { count, pointers, lengths, formats in
      library.sendQueryPrepared(connection, statement.name, count, pointers, lengths, formats, 1)
    }
    do throws(PostgresError) {
      return try answer(sent)
    } catch {
      forget(statement, after: error)
      throw error
    }
  }

  private func prepared(_ sql: String, _ values: [PostgresValue]) throws(PostgresError) -> PreparedStatement {
    if let statement = statements.find(sql, values) { return statement }
    try checkText(sql)
    makeRoom(for: 1)
    let statement = statements.new(sql, values)
    _ = try answer(
      library.sendPrepare(connection, statement.name, sql, Int32(statement.types.count), statement.types))
    statements.add(statement)
    return statement
  }

  /// Forgets the statements that were used longest ago, so that neither side keeps ever more of them.
  func makeRoom(for count: Int) {
    for statement in statements.removeOldest(toAdd: count) {
      // If it fails, as in a transaction that has failed, the server keeps one statement too many until the connection ends.
      try? run("DEALLOCATE \(statement.name)")
    }
  }

  /// A statement that the server does not know any more, or not in this form, is prepared anew when it is used next.
  func forget(_ statement: PreparedStatement, after error: PostgresError) {
    if error.isStatementStale { statements.remove(statement) }
  }

  func checkText(_ sql: String) throws(PostgresError) {
    // A C string ends there: the rest of the statement would be left out without a word.
    if sql.utf8.contains(0) { throw PostgresError(.value, "a statement for PostgreSQL holds a zero byte") }
  }

  /// Reads what comes until the server is ready for more.
  ///
  /// `PQexec` and the like would tell of two errors the second: not that an administrator ended the connection, but that it
  /// ended.
  ///
  /// - Parameter sent: 1 if the statement could be sent.
  /// - Returns: the last answer, which is the only one but for ``run(_:)``.
  private func answer(_ sent: Int32) throws(PostgresError) -> PostgresResult {
    guard sent == 1 else { throw failure(nil) }
    var last: PostgresResult?
    var firstError: PostgresError?
    while let answer = library.getResult(connection) {
      if ResultStatus.isCopy(library.resultStatus(answer)) {
        library.clear(answer)
        // The connection now waits for data that nobody has.
        link.closed()
        throw PostgresError(
          .disconnected, "COPY cannot be used over this connection to PostgreSQL, which is lost by it")
      }
      do throws(PostgresError) {
        last = try checked(answer)
      } catch {
        firstError = firstError ?? error
      }
    }
    if let firstError { throw lostOrNot(firstError) }
    guard let last else { throw failure(nil) }
    return last
  }

  /// An error after which the connection turned out to be lost.
  func lostOrNot(_ error: PostgresError) -> PostgresError {
    if error.isConnectionLost || link.isOpen { return error }
    return PostgresError(
      .disconnected, "the connection to PostgreSQL was lost: \(error.message)", sqlState: error.sqlState,
      details: error.details)
  }

  /// - Parameter answer: freed if it is an error.
  func checked(_ answer: LibPQ.Result) throws(PostgresError) -> PostgresResult {
    switch library.resultStatus(answer) {
    case ResultStatus.commandOK, ResultStatus.tuplesOK, ResultStatus.emptyQuery:
      return PostgresResult(answer, library)
    default:
      defer { library.clear(answer) }
      throw failure(answer)
    }
  }

  /// What went wrong; notices if the connection is lost.
  func failure(_ answer: LibPQ.Result?) -> PostgresError {
    // An answer without a code is libpq's own: it could not send, but has not yet read that the server is gone.
    let isMadeUp = answer.map { library.resultErrorField($0, ErrorField.sqlState) == nil } ?? false
    let isLost = isMadeUp || library.status(connection) != ConnectionStatus.ok
    let error = PostgresError.failed(answer, connection, library, isLost: isLost)
    if error.isConnectionLost { link.closed() }
    return error
  }
}
