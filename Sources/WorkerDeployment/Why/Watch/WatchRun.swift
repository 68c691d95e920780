import Kubernetes
import MusterCore
import Synchronization

/// One reader's watch: caches of all kinds, and what has to be asked for besides.
final class WatchRun: Sendable {
  private struct State {
    /// Which caches have ended, and why.
    var unseen: [String: String] = [:]
    /// By the pod's name: of which of its ends the lines are.
    var logs: [String: (need: LogNeed, lines: [String])] = [:]
    /// How often each was asked for; ``mostAttempts`` when it is there.
    var attempts: [LogNeed: Int] = [:]
    var asking: Set<LogNeed> = []
    var secrets: [String: PullSecret] = [:]
    var secretsAsked: Moment?
  }

  /// The most pods of which logs are read at a time.
  static let mostLogs = 5
  /// How often a node is asked for a log that it does not give.
  static let mostAttempts = 5
  /// How long what was read of pull secrets is good.
  static let secretsAge: Duration = .seconds(5)

  private let watch: WorkersWatch
  private let caches: WorkersCaches
  private let bell = Bell()
  private let state = Mutex(State())

  init(_ watch: WorkersWatch) {
    self.watch = watch
    caches = WorkersCaches(watch)
  }

  /// Gives situations until the task is cancelled.
  ///
  /// - Throws: `CancellationError`, `KubernetesError`.
  func run(_ give: @escaping @Sendable (WorkersSituation) -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for cache in caches.all { group.addTask { try await self.keepUp(cache) } }
      group.addTask { try await self.assemble(give) }
      // The first to throw ends the others; a cache that may not be read ends alone.
      for try await _ in group {}
    }
  }

  private func keepUp(_ cache: WorkersCaches.Entry) async throws {
    do {
      try await cache.run { self.bell.ring() }
    } catch let error as KubernetesError {
      guard !cache.isVital else { throw error }
      state.withLock { $0.unseen[cache.kind] = error.message }
      bell.ring()
    }
  }

  private func assemble(_ give: @escaping @Sendable (WorkersSituation) -> Void) async throws {
    try await withThrowingDiscardingTaskGroup { group in
      while true {
        try Task.checkCancellation()
        let unseen = state.withLock { $0.unseen }
        if caches.all.allSatisfy({ $0.isSynced() || unseen[$0.kind] != nil }) {
          let situation = situation(unseen)
          give(situation)
          let facts = SituationFacts(situation)
          for need in newNeeds(facts) { group.addTask { await self.readLog(need) } }
          if let names = dueSecrets(facts) { group.addTask { await self.readSecrets(names) } }
        }
        await bell.wait()
        try await watch.time.sleep(for: watch.pause)
      }
    }
  }

  private func situation(_ unseen: [String: String]) -> WorkersSituation {
    var situation = WorkersSituation(time: watch.time.timestamp(), namespace: watch.namespace)
    caches.fill(&situation, unseen)
    situation.unseen = unseen
    let names = Set(situation.pods.map(\.name))
    (situation.logs, situation.pullSecrets) = state.withLock { state in
      state.logs = state.logs.filter { names.contains($0.key) }
      return (state.logs.mapValues(\.lines), state.secrets)
    }
    return situation
  }

  // MARK: What is asked for when it is needed

  private func newNeeds(_ facts: SituationFacts) -> [LogNeed] {
    let needs = LogNeed.all(facts).prefix(Self.mostLogs)
    return state.withLock { state in
      // What has gone may come again with other numbers; this stays as small as what is there.
      state.attempts = state.attempts.filter { needs.contains($0.key) }
      return needs.filter { need in
        guard state.attempts[need, default: 0] < Self.mostAttempts, state.asking.insert(need).inserted else {
          return false
        }
        state.attempts[need, default: 0] += 1
        return true
      }
    }
  }

  private func readLog(_ need: LogNeed) async {
    var lines: [String] = []
    do {
      lines = try await need.read(watch.client, watch.namespace)
    } catch {
      watch.logger?.debug(
        "the log of a worker cannot be read", metadata: ["pod": "\(need.pod)", "error": "\(error)"])
    }
    let isThere = !lines.isEmpty
    state.withLock { state in
      guard isThere else { return }
      state.attempts[need] = Self.mostAttempts
      state.logs[need.pod] = (need, lines)
    }
    // A kubelet may need a moment before it has what a container wrote that has just ended.
    if !isThere { try? await watch.time.sleep(for: .milliseconds(500)) }
    state.withLock { _ = $0.asking.remove(need) }
    bell.ring()
  }

  private func dueSecrets(_ facts: SituationFacts) -> [String]? {
    let isPulling = facts.ailments.contains { _, ailment in if case .pull = ailment { true } else { false } }
    let names = (facts.situation.deployment?.spec?.template?.spec?.imagePullSecrets ?? []).compactMap(\.name)
    guard isPulling, !names.isEmpty else { return nil }
    let now = watch.time.moment()
    return state.withLock { state in
      if let asked = state.secretsAsked, now - asked < Self.secretsAge { return nil }
      state.secretsAsked = now
      return Array(names.prefix(4))
    }
  }

  private func readSecrets(_ names: [String]) async {
    for name in names {
      let secret: PullSecret?
      do {
        secret = PullSecret(try await watch.client.resources(SecretObject.self, in: watch.namespace).get(name))
      } catch let error as KubernetesError where error.isNotFound {
        secret = .missing
      } catch {
        // Who may not read it is told so by its absence here.
        secret = nil
      }
      let isNew = state.withLock { state in
        defer { state.secrets[name] = secret }
        return state.secrets[name] != secret
      }
      if isNew { bell.ring() }
    }
  }
}
