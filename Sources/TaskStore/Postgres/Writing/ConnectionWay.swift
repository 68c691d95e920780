import PostgreSQL

/// How the store's connections are made.
struct ConnectionWay: Sendable {
  let target: PostgresTarget
  let schema: String
  let health: StoreHealth
  var clock: TestClock?

  /// A connection that writes.
  ///
  /// Every statement of the store finds its rows by a key or a queue's index: plans that read whole tables, which the planner
  /// takes to when its statistics were gathered while the queue was empty, are ruled out. A transaction that a stopped process
  /// left open would hold its rows and hold up whoever takes its workers over, so the server ends it.
  func open(_ name: String) async throws -> PostgresConnection {
    do {
      let connection = try await PostgresConnection.open(target, name: "muster \(name)")
      do {
        let (schema, clock) = (schema, clock)
        try await connection.perform { db in
          try PostgresSchema.enter(db, schema: schema)
          try db.run(
            """
            SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_mergejoin = off; SET enable_hashjoin = off;
            SET jit = off;
            SET plan_cache_mode = force_generic_plan; SET idle_in_transaction_session_timeout = '10s';
            SET lock_timeout = '30s'; SET default_transaction_isolation = 'read committed'
            """)
          // What is acknowledged must be on disk; any other value than this one is the owner's choice between stricter ones.
          _ = try db.rows(
            """
            SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
            """, [])
          try clock?.set(db)
          try CommitMark.sweep(db)
        }
      } catch {
        await connection.close()
        throw error
      }
      health.works()
      return connection
    } catch {
      health.fails(error)
      throw error
    }
  }

  /// A connection that reads for people: the planner decides.
  func openReader() async throws -> PostgresConnection {
    let connection = try await PostgresConnection.open(target, name: "muster reader")
    do {
      let schema = schema
      try await connection.perform { db in
        try PostgresSchema.enter(db, schema: schema, toRead: true)
        try db.run(
          "SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '10s'; SET default_transaction_isolation = 'read committed'"
        )
      }
    } catch {
      await connection.close()
      throw error
    }
    return connection
  }
}
