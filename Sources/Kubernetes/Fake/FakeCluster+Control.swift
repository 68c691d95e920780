import MusterCore
import NIOCore

extension FakeCluster {
  // MARK: What tests look at

  /// The last requests, oldest first.
  public var requests: [FakeRequest] { state.withLock { $0.requests } }

  /// How many requests were sent since the beginning: a client that spins shows here.
  public var requestCount: Int { state.withLock { $0.requestCount } }

  /// The number of the last write.
  public var resourceVersion: String { state.withLock { String($0.server.version) } }

  /// How many watches wait for news now: a test waits for this before it changes something.
  public var waitingWatchCount: Int { state.withLock { $0.waiters.count } }

  // MARK: What goes wrong

  /// Fails requests with a `Status`; a `retryAfterSeconds` in its details becomes a `Retry-After` header.
  ///
  /// - Parameters:
  ///   - count: the next so many of those that match.
  ///   - matches: nil for all.
  public func fail(
    next count: Int = 1, with status: Status, where matches: @escaping @Sendable (APIRequest) -> Bool = { _ in true }
  ) {
    guard count > 0 else { return }
    state.withLock { $0.failures.append(FakeFailure(count: count, what: .status(status), matches: matches)) }
  }

  /// Fails requests before they reach the server, as a network does.
  public func fail(
    next count: Int = 1, with error: KubernetesError,
    where matches: @escaping @Sendable (APIRequest) -> Bool = { _ in true }
  ) {
    guard count > 0 else { return }
    state.withLock { $0.failures.append(FakeFailure(count: count, what: .error(error), matches: matches)) }
  }

  /// Ends all watches that are under way now, in one of the ways in which watches end.
  public func endWatches(_ end: FakeWatchEnd) {
    wakeAll { state in
      state.breaks.append(end)
      state.server.watchEpoch += 1
    }
  }

  /// Forgets what happened until now: a watch from an earlier version, and a list that is half read, get `410 Gone`.
  public func compact() {
    wakeAll { state in
      state.server.log.compact(upTo: state.server.version)
      state.server.snapshots = []
    }
  }

  /// Sends all watches that asked for bookmarks one. A real server does so about once a minute.
  public func sendBookmarks() {
    wakeAll { state in
      state.bookmarks = [(epoch: (state.bookmarks.last?.epoch ?? 0) + 1, version: state.server.version)]
    }
  }

  /// Counts writes forward, as if others had written: versions are not to be expected in a row.
  public func skipVersions(_ count: UInt64) { state.withLock { $0.server.version += count } }

  // MARK: What the cluster is

  /// Serves a kind of the test's own. Creating a CustomResourceDefinition does the same.
  public func register(_ kind: FakeKind) { state.withLock { $0.server.register(kind) } }

  /// Serves kinds no longer in this version, as an older or a newer server would not: `policy/v1`, `batch/v1beta1`.
  public func withdraw(group: String, version: String) {
    state.withLock { state in
      for index in state.server.kinds.indices where state.server.kinds[index].resource.group == group {
        state.server.kinds[index].versions.removeAll { $0 == version }
        if let first = state.server.kinds[index].versions.first { state.server.kinds[index].resource.version = first }
      }
      state.server.kinds.removeAll { $0.versions.isEmpty }
    }
  }

  /// What `/version` says, as `v1.29.3`.
  public func setServerVersion(_ version: String) { state.withLock { $0.server.gitVersion = version } }

  /// Who may do what: asked before every request, and by SelfSubjectAccessReview. At first everybody may do everything.
  public func setRules(_ allows: @escaping @Sendable (FakeAccessQuestion) -> Bool) {
    state.withLock { $0.server.allows = allows }
  }

  /// Answers requests for WebSockets (exec, attach, port-forward); nil leaves the request to the next handler.
  public func onSocket(_ handler: @escaping @Sendable (APIRequest, [String]) async throws -> (any APISocket)?) {
    state.withLock { $0.sockets.append(handler) }
  }

  /// What `pods/log` answers, all of it whatever part is asked for, and each line with its time if that is asked for.
  public func setLog(_ text: String, ofPod name: String, in namespace: String) {
    state.withLock { state in
      var log = state.server.logs["\(namespace)/\(name)"] ?? FakePodLog()
      log.write(text, next: &state.server.loggedLines)
      state.server.logs["\(namespace)/\(name)"] = log
    }
  }

  /// Refuses so many evictions, as a disruption budget would.
  public func forbidEvictions(_ count: Int) { state.withLock { $0.server.forbiddenEvictions = count } }

  func wakeAll(_ change: (inout State) -> Void) {
    let waiters = state.withLock { state in
      change(&state)
      defer { state.waiters = [:] }
      return state.waiters
    }
    for waiter in waiters.values { waiter.resume() }
  }
}
