import DequeModule
import Synchronization

/// Sessions with a free slot for which nothing was queued when they last asked, by kind; the longest-waiting is woken first.
///
/// Only as many are woken as there are new tasks: waking 2,000 idle workers for one task would cost 2,000 transactions.
final class HungrySessions: Sendable {
  private struct State {
    var waiting: [String: Deque<WorkerSession>] = [:]
    /// Counts the commits that queued something of a kind.
    var arrivals: [String: UInt64] = [:]
  }
  private let state = Mutex(State())

  /// To be taken before asking the store, and handed to ``wait(_:since:)`` after it had nothing.
  func arrivals(for kinds: [String]) -> [UInt64] {
    state.withLock { state in kinds.map { state.arrivals[$0] ?? 0 } }
  }

  /// Puts a session in line for its kinds.
  ///
  /// - Returns: false if something of its kinds was queued since `arrivals` was taken: it must ask again now, because the
  ///   wake-up for that came while it was not in line.
  func wait(_ session: WorkerSession, since arrivals: [UInt64]) -> Bool {
    state.withLock { state in
      for (kind, seen) in zip(session.kinds, arrivals) where (state.arrivals[kind] ?? 0) != seen { return false }
      session.isWaiting.set(true)
      for kind in session.kinds where session.listedKinds.insert(kind) {
        state.waiting[kind, default: []].append(session)
      }
      return true
    }
  }

  /// Wakes up to `count` sessions that serve `kind`.
  func wake(kind: String, count: Int) {
    let woken: [WorkerSession] = state.withLock { state in
      state.arrivals[kind, default: 0] += 1
      return takeWaiting(&state, kind: kind, count: count)
    }
    for session in woken { session.ask() }
  }

  /// Wakes sessions for what is queued without having been announced to them: tasks that their workers may take only now.
  func remind(queued: [String: Int]) {
    let woken = state.withLock { state in
      queued.flatMap { takeWaiting(&state, kind: $0.key, count: $0.value) }
    }
    for session in woken { session.ask() }
  }

  /// Whether any session waits for work of this kind.
  func isAnyoneWaiting() -> Bool {
    state.withLock { state in state.waiting.values.contains { $0.contains { $0.isWaiting.value } } }
  }

  private func takeWaiting(_ state: inout State, kind: String, count: Int) -> [WorkerSession] {
    guard var line = state.waiting[kind] else { return [] }
    var taken: [WorkerSession] = []
    while taken.count < count, let session = line.popFirst() {
      session.listedKinds.remove(kind)
      // One that was woken for another kind meanwhile will come back by itself.
      if session.isWaiting.exchange(false) { taken.append(session) }
    }
    state.waiting[kind] = line.isEmpty ? nil : line
    return taken
  }

  /// Takes a session that is gone out of every line.
  func forget(_ session: WorkerSession) {
    session.isWaiting.set(false)
    state.withLock { state in
      for kind in session.kinds {
        state.waiting[kind]?.removeAll { $0 === session }
        if state.waiting[kind]?.isEmpty == true { state.waiting[kind] = nil }
      }
    }
  }
}
