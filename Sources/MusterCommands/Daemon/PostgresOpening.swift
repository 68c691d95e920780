import Logging
import MusterCore
import PostgreSQL
import Settings
import TaskStore

/// Opens the PostgreSQL store; waits for a server that is just being started.
struct PostgresOpening {
  let target: DatabaseTarget
  let options: PostgresStore.Options
  let logger: Logger
  var time: any Timekeeper = SystemTime()

  /// How long to wait for a server that does not answer yet: as long as one takes to come up after a crash.
  static let patience: Duration = .seconds(60)
  private static let pause: Duration = .milliseconds(500)
  /// Between two lines of the log.
  private static let interval: Duration = .seconds(10)

  /// - Throws: ``CommandError`` or ``StoreError`` in one sentence; at once if waiting would not help: a wrong user, password,
  ///   database, host name or tables.
  func open() async throws -> PostgresStore {
    let target = try PostgresTarget(target.reveal())
    return try await PostgresOpening.persist(time: time, logger: logger) {
      try await PostgresStore.open(target, options: options, time: time, logger: logger)
    }
  }

  /// Calls `attempt` until it succeeds, fails for good, or has failed for ``patience``.
  static func persist<Answer>(
    time: any Timekeeper, logger: Logger, _ attempt: () async throws -> Answer
  ) async throws -> Answer {
    let begin = time.moment()
    var told: Moment?
    while true {
      do {
        return try await attempt()
      } catch let error as StoreError {
        guard let trouble = DatabaseTrouble(error) else { throw error }
        let reason = (error.cause as? PostgresError)?.message ?? error.message
        let now = time.moment()
        guard trouble.mayPass, now - begin < patience else {
          let advice = trouble.advice.isEmpty ? "" : "; \(trouble.advice)"
          throw CommandError(.unreachableStore, reason + advice)
        }
        if told.map({ now - $0 >= interval }) ?? true {
          told = now
          logger.warning(
            "the database does not answer yet; trying again until it does, for \(Int(patience.seconds)) s: \(reason)")
        }
        try await time.sleep(for: pause)
      }
    }
  }
}
