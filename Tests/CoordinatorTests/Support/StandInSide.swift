import MusterCore
import Synchronization
import TaskModel

@testable import TaskStore

extension StandInSharedStore {
  /// One coordinator's view of the store.
  final class Side: SharedStore {
    let store: StandInSharedStore
    let number: Int64
    private let handler = Mutex<@Sendable (StoreSignal) -> Void>({ _ in })
    private let turn = Mutex(())
    private let failing = Mutex(false)
    private let forgets = Mutex(false)

    init(store: StandInSharedStore, number: Int64) {
      self.store = store
      self.number = number
    }

    /// As a coordinator of an earlier version: it does not know what it is asked.
    func forgetErrands() { forgets.withLock { $0 = true } }

    func fail(_ failing: Bool) { self.failing.withLock { $0 = failing } }
    func setHandler(_ handler: @escaping @Sendable (StoreSignal) -> Void) { self.handler.withLock { $0 = handler } }

    func give(_ signal: StoreSignal) {
      var signal = signal
      if forgets.withLock({ $0 }) { signal.errands = [] }
      if signal.isEmpty { return }
      let handler = handler.withLock { $0 }
      turn.withLock { _ in handler(signal) }
    }

    private func check() throws {
      if failing.withLock({ $0 }) { throw StoreError(.unavailable, "the shared store is away") }
    }

    // MARK: Sessions

    func openSession(_ greeting: SessionGreeting) async throws -> ConnectAnswer {
      try check()
      let (now, wall) = (store.time.moment(), store.time.timestamp())
      let (answer, before) = store.state.withLock { state -> (ConnectAnswer, Int64?) in
        let answer = state.ledger.connect(
          name: greeting.name, session: greeting.session, generation: greeting.generation, at: now)
        if case .refused = answer { return (answer, nil) }
        let before = state.rows[greeting.name]
        state.rows[greeting.name] = Row(
          coordinator: number, session: greeting.session, generation: greeting.generation, build: greeting.build,
          since: before?.session == greeting.session ? before?.since ?? wall : wall, heard: wall)
        state.homes[greeting.name] = number
        return (answer, before?.coordinator)
      }
      if before != number { store.tell(before) { $0.gone = [greeting.name] } }
      return answer
    }

    func renewSessions(_ heard: [SessionRenewal]) async throws -> [String] {
      try check()
      let (now, wall) = (store.time.moment(), store.time.timestamp())
      return store.state.withLock { state in
        heard.compactMap { renewal in
          guard let row = state.rows[renewal.name], row.coordinator == number, row.session == renewal.session,
            row.generation == renewal.generation
          else { return renewal.name }
          let earlier = Duration.zero - renewal.silence
          _ = state.ledger.heard(
            name: renewal.name, session: renewal.session, generation: renewal.generation, at: now + earlier)
          state.rows[renewal.name]?.heard = wall + earlier
          return nil
        }
      }
    }

    func leaveSession(_ renewal: SessionRenewal, goodbye: Bool) async throws {
      try check()
      let now = store.time.moment()
      store.state.withLock { state in
        if goodbye {
          guard
            state.ledger.left(
              name: renewal.name, session: renewal.session, generation: renewal.generation, at: now)
          else { return }
          state.rows[renewal.name] = nil
        } else {
          state.ledger.disconnected(
            name: renewal.name, session: renewal.session, generation: renewal.generation, at: now)
        }
      }
    }

    func sessions() async throws -> [SharedSession] {
      try check()
      return store.state.withLock { state in
        state.rows.sorted { $0.key < $1.key }.map { name, row in
          SharedSession(
            name: name, coordinator: row.coordinator, generation: row.generation,
            address: "c\(row.coordinator):50055", connected: state.ledger.state(of: name)?.connected ?? false,
            draining: !row.accepting, build: row.build,
            since: row.since, lastHeard: row.heard)
        }
      }
    }

    func coordinators() async throws -> [SharedCoordinator] {
      try check()
      let numbers = store.state.withLock { $0.sides.keys.sorted() }
      let wall = store.time.timestamp()
      return ([number] + numbers.filter { $0 != number }).map {
        SharedCoordinator(
          number: $0, address: "c\($0):50055", build: "test", started: wall, lastHeard: wall, isThis: $0 == number,
          onDuty: $0 == numbers.first)
      }
    }

    func post(_ errand: WorkerErrand, to worker: String) async throws -> Bool {
      try check()
      guard let row = store.state.withLock({ $0.rows[worker] }) else { return false }
      store.tell(row.coordinator) { $0.errands = [(worker, errand)] }
      return true
    }

    // MARK: Who is set aside

    func remember(_ aside: SetAsideRecord?, worker: String, kind: String) async throws {
      try check()
      store.state.withLock { $0.asides["\(worker) \(kind)"] = aside }
    }

    func setAsideRecords(of worker: String?) async throws -> [SetAsideRecord] {
      try check()
      return store.state.withLock { state in
        state.asides.values.filter { worker == nil || $0.worker == worker }.sorted {
          ($0.worker, $0.kind) < ($1.worker, $1.kind)
        }
      }
    }

    // MARK: What the coordinator's calls do beside the embedded store's

    func enrolled(_ worker: RosterWorker) {
      store.state.withLock { state in
        state.homes[worker.name] = number
        state.leases[worker.name] = worker.lease
        state.rows[worker.name]?.accepting = worker.accepting
      }
    }

    func accepting(_ accepting: Bool, worker: String) {
      store.state.withLock { if $0.rows[worker]?.coordinator == number { $0.rows[worker]?.accepting = accepting } }
    }

    func dismissed(_ worker: String) {
      store.state.withLock { state in
        guard let row = state.rows[worker], row.coordinator == number else { return }
        _ = state.ledger.left(
          name: worker, session: row.session, generation: row.generation, at: store.time.moment())
        state.rows[worker] = nil
      }
    }

    func exchange(_ exchange: Exchange, in inner: EmbeddedStore) async throws -> ExchangeOutcome {
      var exchange = exchange
      store.state.withLock { state in
        if let row = state.rows[exchange.worker], row.coordinator != number { exchange.claimLimit = 0 }
        if state.rows[exchange.worker] == nil { state.homes[exchange.worker] = number }
      }
      let outcome = try await inner.exchange(exchange)
      let now = store.time.moment()
      store.state.withLock { state in
        for end in exchange.ends { state.leased[end.token] = nil }
        guard let lease = state.leases[exchange.worker] else { return }
        for task in outcome.claimed { state.leased[task.token] = (exchange.worker, now + lease) }
      }
      return outcome
    }

    /// Ends sessions and leases by the store's own clock.
    func tick(_ inner: EmbeddedStore) async throws {
      try check()
      let now = store.time.moment()
      let (ended, expired) = store.state.withLock { state in
        let names = state.ledger.tick(at: now)
        let ended = names.map { ($0, state.rows.removeValue(forKey: $0)?.coordinator) }
        let expired = state.leased.filter { $0.value.ends <= now }
        for token in expired.keys { state.leased[token] = nil }
        return (ended, expired)
      }
      for (name, coordinator) in ended {
        try await inner.dismiss(worker: name, reason: "its worker was silent for 3 heartbeats")
        store.tell(coordinator) { $0.gone = [name] }
      }
      for (token, lease) in expired {
        _ = try await inner.exchange(
          Exchange(worker: lease.worker, ends: [EndReport(token: token, end: .expired, error: "its lease ended")]))
      }
    }
  }
}
