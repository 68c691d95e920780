import MusterCore
import PostgreSQL

/// A writer's connection: made when it is needed, made anew after it was lost, with growing pauses.
///
/// While the database is away, a caller gets the error at once instead of waiting for it.
actor WriterLine {
  private let way: ConnectionWay
  private let name: String
  /// Nil while there is none.
  private(set) var current: PostgresConnection?
  private var failures = 0
  private var notBefore = ContinuousClock.now
  private var lastError: (any Error)?

  init(way: ConnectionWay, name: String) {
    self.way = way
    self.name = name
  }

  func connection() async throws -> PostgresConnection {
    if let current, current.isOpen { return current }
    if let lastError, ContinuousClock.now < notBefore { throw lastError }
    if let current { await current.close() }
    current = nil
    do {
      let made = try await way.open(name)
      current = made
      failures = 0
      lastError = nil
      return made
    } catch {
      failures += 1
      lastError = error
      notBefore = .now + .milliseconds(min(2000, 50 << min(failures, 6)))
      throw error
    }
  }

  /// The connection failed. Whether the database can be reached shows when the next one is made.
  func drop(_ error: any Error) async {
    await current?.close()
    current = nil
  }

  func close() async {
    await current?.close()
    current = nil
  }
}
