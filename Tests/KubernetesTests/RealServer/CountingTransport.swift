import Synchronization

@testable import Kubernetes

/// A transport that counts what goes through it.
final class CountingTransport: APITransport {
  private let next: any APITransport
  private let counts = Mutex((requests: 0, watches: 0))

  init(_ next: any APITransport) { self.next = next }

  var requests: Int { counts.withLock { $0.requests } }
  var watches: Int { counts.withLock { $0.watches } }

  func send(_ request: APIRequest) async throws -> APIResponse {
    let isWatch = request.query.contains { $0.name == "watch" }
    counts.withLock {
      $0.requests += 1
      if isWatch { $0.watches += 1 }
    }
    return try await next.send(request)
  }

  func openSocket(_ request: APIRequest, protocols: [String]) async throws -> any APISocket {
    try await next.openSocket(request, protocols: protocols)
  }
}
