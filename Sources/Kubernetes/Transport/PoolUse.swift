/// One request's stay in a pool: from before it is sent until its answer has been read. Keeps the connections open.
final class PoolUse: Sendable {
  let pool: HTTPPool

  init(_ pool: HTTPPool) {
    self.pool = pool
    pool.begin()
  }

  deinit { pool.end() }
}
