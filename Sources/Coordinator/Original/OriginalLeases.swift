import MusterCore
import Synchronization
import TaskModel

/// When the attempts of the original protocol end: it has no heartbeats, so only time ends them.
final class OriginalLeases: Sendable {
  private struct State {
    var leases: [Token: (worker: String, ends: Moment)] = [:]
    /// When each prover last polled; one without attempts that is silent for long is forgotten.
    var lastPoll: [String: Moment] = [:]
  }
  private let state = Mutex(State())

  /// A prover that holds nothing and has not polled for this long is taken off the roster.
  static let silence: Duration = .seconds(600)
  /// Ids come from outside, and each takes memory until it is silent for long.
  static let mostProvers = 65_536

  func grant(_ token: Token, worker: String, until end: Moment) { state.withLock { $0.leases[token] = (worker, end) } }

  func end(_ token: Token) { _ = state.withLock { $0.leases.removeValue(forKey: token) } }

  /// - Returns: false, and nothing is noted, if it would be one prover more than ``mostProvers``.
  @discardableResult
  func polled(_ worker: String, at now: Moment) -> Bool {
    state.withLock { state in
      guard state.lastPoll[worker] != nil || state.lastPoll.count < Self.mostProvers else { return false }
      state.lastPoll[worker] = now
      return true
    }
  }

  /// Attempts whose lease is over.
  func takeExpired(at now: Moment) -> [(token: Token, worker: String)] {
    state.withLock { state in
      let expired = state.leases.filter { $0.value.ends <= now }
      for token in expired.keys { state.leases[token] = nil }
      return expired.map { ($0.key, $0.value.worker) }
    }
  }

  func takeSilent(at now: Moment) -> [String] {
    state.withLock { state in
      let holding = Set(state.leases.values.map(\.worker))
      let silent = state.lastPoll.filter { now - $0.value >= Self.silence && !holding.contains($0.key) }.map(\.key)
      for worker in silent { state.lastPoll[worker] = nil }
      return silent
    }
  }
}
