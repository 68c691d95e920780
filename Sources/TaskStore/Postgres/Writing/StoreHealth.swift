import Logging
import MusterCore
import PostgreSQL
import Synchronization

/// Whether the database can be reached: said in the log when that changes, and to whoever asks.
final class StoreHealth: Sendable {
  private struct State {
    var since: Moment?
    var error = ""
    var told: Moment?
  }
  private let state = Mutex(State())
  private let time: any Timekeeper
  private let logger: Logger

  init(time: any Timekeeper, logger: Logger) {
    self.time = time
    self.logger = logger
  }

  func isDown() -> Bool { state.withLock { $0.since != nil } }

  func fails(_ error: any Error) {
    let now = time.moment()
    let sentence = (error as? PostgresError)?.message ?? "\(error)"
    let (says, since): (Bool, Moment) = state.withLock { state in
      state.error = sentence
      let since = state.since ?? now
      state.since = since
      let says = state.told.map { now - $0 >= .seconds(30) } ?? true
      if says { state.told = now }
      return (says, since)
    }
    if says {
      logger.error(
        "the database does not answer; nothing acknowledged is lost, and what runs goes on: \(sentence)",
        metadata: ["for": "\(Int((now - since).seconds)) s"])
    }
  }

  func works() {
    let now = time.moment()
    let since: Moment? = state.withLock { state in
      defer { state = State() }
      return state.since
    }
    if let since { logger.notice("the database answers again", metadata: ["after": "\(Int((now - since).seconds)) s"]) }
  }

  func sentence(at now: Moment) -> String? {
    state.withLock { state in
      state.since.map { "the database does not answer for \(Int((now - $0).seconds)) s: \(state.error)" }
    }
  }
}
