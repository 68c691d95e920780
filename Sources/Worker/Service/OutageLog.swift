import CoordinatorAPI
import Logging
import MusterCore
import Synchronization

/// Says once that a connection is away, and once that it is back, however many attempts lie between.
final class OutageLog: Sendable {
  private struct State {
    var since: Moment?
    var isFirst = true
  }

  private let state = Mutex(State())
  private let configuration: WorkerConfiguration
  private let time: any Timekeeper
  private let logger: Logger
  private let readiness: ReadinessBoard?

  init(configuration: WorkerConfiguration, time: any Timekeeper, logger: Logger, readiness: ReadinessBoard?) {
    self.readiness = readiness
    self.configuration = configuration
    self.time = time
    self.logger = logger
  }

  /// An outage was said and is not over.
  var isAway: Bool { state.withLock { $0.since != nil } }

  func lost(_ address: CoordinatorAddress, reason: String, wasUp: Bool, running: Int) {
    readiness?.lost(address, reason: reason)
    let isNew = state.withLock { state in
      defer { state.since = state.since ?? time.moment() }
      return state.since == nil
    }
    guard isNew else { return }
    if wasUp {
      logger.warning(
        """
        Lost the connection to the coordinator at \(address) (\(reason)); \(running) running attempts go on, and I try \
        again until it answers.
        """)
    } else {
      let places = configuration.addresses.map(\.description).joined(separator: " or ")
      logger.warning("No coordinator answers at \(places) (\(reason)); I try again until one does.")
    }
  }

  func connected(to address: CoordinatorAddress, store: String?) {
    readiness?.connected(to: address, store: store)
    let (since, isFirst) = state.withLock { state in
      defer { state = State(since: nil, isFirst: false) }
      return (state.since, state.isFirst)
    }
    if let since, !isFirst {
      let seconds = ((time.moment() - since).seconds * 10).rounded() / 10
      logger.info("Connected to the coordinator at \(address) again after \(seconds) s.")
    } else if isFirst {
      logger.info(
        "Worker \(configuration.name) serves the coordinator at \(address) with \(configuration.slots) slots.")
    }
  }
}
