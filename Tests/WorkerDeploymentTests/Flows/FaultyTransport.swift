import Kubernetes
import NIOCore
import Synchronization

/// Counts the writes that reach a server, and lets them fail from a given one on.
final class FaultyTransport: APITransport {
  enum Fault: Sendable {
    /// The server answers with this status.
    case status(Int)
    /// The request does not arrive.
    case lost
    /// It arrives, and the answer is lost.
    case answerLost
  }

  private struct State {
    var writes = 0
    var fault: (fault: Fault, from: Int)?
    var before: (@Sendable (APIRequest) async throws -> Void)?
    var after: (@Sendable (APIRequest) async throws -> Void)?
  }

  private let inner: any APITransport
  private let state = Mutex(State())

  init(_ inner: any APITransport) { self.inner = inner }

  var writes: Int { state.withLock { $0.writes } }

  /// - Parameter from: 0: the next write.
  func fail(_ fault: Fault, from: Int) { state.withLock { $0.fault = (fault, from: $0.writes + from) } }

  func heal() { state.withLock { $0.fault = nil } }

  /// Is called before each write, until it is set anew.
  func onWrite(_ before: (@Sendable (APIRequest) async throws -> Void)?) { state.withLock { $0.before = before } }

  /// Is called when the head of the answer to a write has come, until it is set anew.
  func onWritten(_ after: (@Sendable (APIRequest) async throws -> Void)?) { state.withLock { $0.after = after } }

  func send(_ request: APIRequest) async throws -> APIResponse {
    let isReview = request.path.hasSuffix("selfsubjectaccessreviews")
    guard request.method != .get, !isReview, !request.query.contains(where: { $0.name == "dryRun" }) else {
      return try await inner.send(request)
    }
    if let before = state.withLock({ $0.before }) { try await before(request) }
    let fault = state.withLock { state -> Fault? in
      defer { state.writes += 1 }
      guard let fault = state.fault, state.writes >= fault.from else { return nil }
      return fault.fault
    }
    switch fault {
    case nil:
      let response = try await inner.send(request)
      if let after = state.withLock({ $0.after }) { try await after(request) }
      return response
    case .status(let code)?:
      let status = "{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"injected\",\"code\":\(code)}"
      return APIResponse(status: code, body: APIBody(ByteBuffer(string: status)))
    case .answerLost?:
      _ = try await inner.send(request)
      fallthrough
    case .lost?: throw KubernetesError(.unreachable, "the connection broke")
    }
  }

  func openSocket(_ request: APIRequest, protocols: [String]) async throws -> any APISocket {
    try await inner.openSocket(request, protocols: protocols)
  }
}
