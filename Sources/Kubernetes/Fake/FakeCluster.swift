import MusterCore
import NIOCore
import Synchronization

/// An API server in memory, for the tests of programs that use one: a transport that a ``KubernetesClient`` can be given.
///
/// It speaks at the level of HTTP and behaves as a real server does: resource versions, conflicts, watches, finalizers,
/// owners, patches of all four kinds, `Status` errors in the server's words. The same suite of tests is run against it and
/// against a real server. Where it differs: deletions by owner and by namespace happen at once; there is no controller, no
/// scheduler, no kubelet (see ``editPod(_:in:_:)`` and ``markRunning(_:in:on:)``); hardly any field is filled in or
/// checked; field ownership knows the lists of workloads, not every list there is.
///
/// Bounded: it forgets the oldest events when there are more than it was told to keep, and a watcher that is further
/// behind is told `410 Gone`.
public final class FakeCluster: APITransport {
  struct State: Sendable {
    var server: FakeServer
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var nextWaiter: UInt64 = 0
    var failures: [FakeFailure] = []
    var requests: [FakeRequest] = []
    var requestCount = 0
    var breaks: [FakeWatchEnd] = []
    var bookmarks: [(epoch: Int, version: UInt64)] = []
    var sockets: [@Sendable (APIRequest, [String]) async throws -> (any APISocket)?] = []
  }

  /// How many of the last requests ``requests`` remembers.
  public static let rememberedRequests = 10_000

  let state: Mutex<State>
  let time: any Timekeeper

  /// A cluster with the namespaces `default`, `kube-system` and `kube-public`, and nothing else.
  ///
  /// - Parameters:
  ///   - time: what creation times and the timeouts of watches go by.
  ///   - eventCapacity: how many events are kept for watchers.
  public init(time: any Timekeeper = SystemTime(), eventCapacity: Int = 100_000) {
    self.time = time
    state = Mutex(State(server: FakeServer(logCapacity: max(1, eventCapacity))))
    for namespace in ["default", "kube-system", "kube-public"] {
      _ = answer(APIRequest(.post, "/api/v1/namespaces", body: ByteBuffer(string: Self.namespace(namespace))))
    }
  }

  public func send(_ request: APIRequest) async throws -> APIResponse {
    try Task.checkCancellation()
    let failure = state.withLock { state in
      state.requestCount += 1
      state.requests.append(FakeRequest(request))
      if state.requests.count > Self.rememberedRequests { state.requests.removeFirst() }
      guard let index = state.failures.firstIndex(where: { $0.matches(request) }) else {
        return nil as FakeFailure?
      }
      let failure = state.failures[index]
      state.failures[index].count -= 1
      if state.failures[index].count <= 0 { state.failures.remove(at: index) }
      return failure
    }
    switch failure?.what {
    case nil: return response(answer(request))
    case .status(let status): return response(.status(status))
    case .error(let error): throw error
    }
  }

  public func openSocket(_ request: APIRequest, protocols: [String]) async throws -> any APISocket {
    let handlers = state.withLock { state in
      state.requestCount += 1
      state.requests.append(FakeRequest(request))
      return state.sockets
    }
    for handler in handlers {
      if let socket = try await handler(request, protocols) { return socket }
    }
    throw KubernetesError(
      .unsupported, "this FakeCluster was given nothing that answers \(request.path); call onSocket first")
  }

  private func answer(_ request: APIRequest) -> FakeAnswer {
    let (answer, waiters) = state.withLock { state in
      let before = state.server.log.end
      let answer = state.server.answer(request, time.timestamp(), time.moment())
      guard state.server.log.end != before else { return (answer, [:] as [UInt64: CheckedContinuation<Void, Never>]) }
      defer { state.waiters = [:] }
      return (answer, state.waiters)
    }
    for waiter in waiters.values { waiter.resume() }
    return answer
  }

  private func response(_ answer: FakeAnswer) -> APIResponse {
    switch answer {
    case .whole(let status, let headers, let body):
      return APIResponse(status: status, headers: headers, body: APIBody(ByteBuffer(bytes: body)))
    case .watch(let watch):
      return APIResponse(
        status: 200, headers: [("Content-Type", "application/json")],
        body: APIBody(FakeWatchBody(cluster: self, watch: watch)))
    }
  }

  private static func namespace(_ name: String) -> String { "{\"metadata\":{\"name\":\"\(name)\"}}" }
}
