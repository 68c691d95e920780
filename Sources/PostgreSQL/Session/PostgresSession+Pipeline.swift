extension PostgresSession {
  /// Sends several statements at once and reads their answers: one round trip to the server.
  ///
  /// Without BEGIN they are one transaction. The first that fails ends the rest; its error is thrown, and the session can
  /// be used again. If there was a BEGIN before, that transaction has failed and is to be rolled back.
  public func pipeline(_ queries: [(sql: String, values: [PostgresValue])]) throws(PostgresError) -> [PostgresRows] {
    guard !queries.isEmpty else { return [] }
    for query in queries { try checkText(query.sql) }
    if statements.count + queries.count > StatementCache.limit {
      makeRoom(for: queries.count { statements.find($0.sql, $0.values) == nil })
    }
    guard library.enterPipelineMode(connection) == 1 else { throw failure(nil) }
    var run = PipelineRun()
    do throws(PostgresError) {
      for query in queries { try send(query.sql, query.values, &run) }
    } catch {
      // Without the end of the pipeline, the server takes back what it was sent before.
      throw lost(after: error)
    }
    let isComplete = receive(&run)
    if library.exitPipelineMode(connection) != 1 || !isComplete {
      throw lost(after: run.firstError)
    }
    if let error = run.firstError { throw error }
    return run.answers
  }

  private func send(_ sql: String, _ values: [PostgresValue], _ run: inout PipelineRun) throws(PostgresError) {
    var statement = statements.find(sql, values)
    if statement == nil {
      let fresh = statements.new(sql, values)
      let count = Int32(fresh.types.count)
      guard library.sendPrepare(connection, fresh.name, sql, count, fresh.types) == 1 else { throw failure(nil) }
      // Known from now on, so that the same text further down the pipeline uses it; forgotten again if this fails.
      statements.add(fresh)
      run.steps.append(.prepare(fresh))
      statement = fresh
    }
    guard let statement else { return }
    try parameters.encode(values)
    let sent = parameters.withPointers { count, pointers, lengths, formats in
      library.sendQueryPrepared(connection, statement.name, count, pointers, lengths, formats, 1)
    }
    guard sent == 1 else { throw failure(nil) }
    run.steps.append(.query(statement))
  }

  /// Reads all answers: one for each step, each followed by a null; then that of the end of the pipeline.
  ///
  /// - Returns: false if they did not all come: the connection is of no use any more.
  private func receive(_ run: inout PipelineRun) -> Bool {
    guard library.pipelineSync(connection) == 1 else { return false }
    var done = 0
    var nulls = 0
    // Two nulls in a row: libpq expects nothing more.
    while nulls < 2 {
      guard let answer = library.getResult(connection) else {
        nulls += 1
        continue
      }
      nulls = 0
      let status = library.resultStatus(answer)
      if status == ResultStatus.pipelineSync {
        library.clear(answer)
        return done == run.steps.count
      }
      guard done < run.steps.count else {
        library.clear(answer)
        return false
      }
      take(answer, status, of: run.steps[done], &run)
      done += 1
    }
    return false
  }

  private func lost(after error: PostgresError?) -> PostgresError {
    link.cut()
    guard let error else { return PostgresError.failed(nil, connection, library, isLost: true) }
    return lostOrNot(error)
  }

  private func take(_ answer: LibPQ.Result, _ status: Int32, of step: PipelineRun.Step, _ run: inout PipelineRun) {
    if status == ResultStatus.pipelineAborted {
      library.clear(answer)
      if case .prepare(let statement) = step { statements.remove(statement) }
      return
    }
    do throws(PostgresError) {
      let result = try checked(answer)
      if case .query = step { run.answers.append(PostgresRows(result: result)) }
    } catch {
      if run.firstError == nil { run.firstError = error }
      switch step {
      case .prepare(let statement): statements.remove(statement)
      case .query(let statement): forget(statement, after: error)
      }
    }
  }
}

/// What was sent in one pipeline, and what came back.
private struct PipelineRun {
  enum Step {
    case prepare(PreparedStatement)
    case query(PreparedStatement)
  }
  var steps: [Step] = []
  var answers: [PostgresRows] = []
  var firstError: PostgresError?
}
