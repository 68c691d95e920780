import PostgreSQL

extension ProverClusterTable: OuterTable {
  func poll(_ db: PostgresSession, limit: Int) throws -> OuterPoll {
    let look = try look(db, limit: limit)
    return OuterPoll(fresh: look.fresh.map(\.task), withdrawn: look.withdrawn)
  }

  /// - Throws: ``StoreError`` `unavailable` if a row is locked by another program: nothing can be said of it then.
  func finish(_ ends: [OuterEnd], _ db: PostgresSession) throws -> Set<Int64> {
    let finish: OuterFinish = try finish(ends, db)
    if let task = finish.busy.first {
      let id = ends.first { $0.task == task }?.id ?? ""
      throw StoreError(.unavailable, "another program has the row of task '\(id)' in \(shape.name) locked; try again")
    }
    return finish.written
  }
}
