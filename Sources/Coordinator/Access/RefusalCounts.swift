import Logging
import MusterCore
import Synchronization

/// Counts what was refused, by reason, and logs it: seldom, because whoever is refused may try a thousand times a second.
final class RefusalCounts: Sendable {
  private struct State {
    var counts: [String: UInt64] = [:]
    /// When a reason was last logged, and how often it came since.
    var logged: [String: (at: Moment, untold: UInt64)] = [:]
  }
  private let state = Mutex(State())
  private let time: any Timekeeper
  private let logger: Logger
  private static let pause: Duration = .seconds(5)

  init(time: any Timekeeper, logger: Logger) {
    self.time = time
    self.logger = logger
  }

  /// - Parameters:
  ///   - reason: a stable word of a small set; a label of `/metrics`.
  ///   - sentence: what is logged.
  ///   - address: of the peer.
  func count(_ reason: String, _ sentence: @autoclosure () -> String, address: String) {
    let now = time.moment()
    let untold: UInt64? = state.withLock { state in
      state.counts[reason, default: 0] += 1
      guard let last = state.logged[reason], now - last.at < Self.pause else {
        defer { state.logged[reason] = (now, 0) }
        return state.logged[reason]?.untold ?? 0
      }
      state.logged[reason]?.untold += 1
      return nil
    }
    guard let untold else { return }
    let more = untold > 0 ? " (and \(untold) more of these since)" : ""
    logger.warning("refused: \(sentence())\(more)", metadata: ["reason": "\(reason)", "peer": "\(address)"])
  }

  var all: [String: UInt64] { state.withLock { $0.counts } }
}
