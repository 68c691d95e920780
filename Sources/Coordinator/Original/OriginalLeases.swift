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

  func grant(_ token: Token, worker: String, until end: Moment) { state.withLock { $0.leases[token] = (worker, end) } }

  func end(_ token: Token) { _ = state.withLock { $0.leases.removeValue(forKey: token) } }

  func polled(_ worker: String, at now: Moment) -> Bool {
    state.withLock { $0.lastPoll.updateValue(now, forKey: worker) == nil }
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
