@testable import Kubernetes

/// A transport that asks as another user.
struct ImpersonatingTransport: APITransport {
  let next: any APITransport
  let user: String

  func send(_ request: APIRequest) async throws -> APIResponse {
    var request = request
    request.headers.append(("Impersonate-User", user))
    return try await next.send(request)
  }

  func openSocket(_ request: APIRequest, protocols: [String]) async throws -> any APISocket {
    throw KubernetesError(.unsupported, "nobody else opens sockets")
  }
}
