import Kubernetes
import NIOCore

/// Asks as another user, who may believe that he has all rights: then only the server itself can refuse.
struct ActingTransport: APITransport {
  let next: any APITransport
  let user: String
  let believes: Bool

  func send(_ request: APIRequest) async throws -> APIResponse {
    if believes, request.path.hasSuffix("selfsubjectaccessreviews") {
      return APIResponse(status: 201, body: APIBody(ByteBuffer(string: "{\"status\":{\"allowed\":true}}")))
    }
    var request = request
    request.headers.append(("Impersonate-User", user))
    return try await next.send(request)
  }

  func openSocket(_ request: APIRequest, protocols: [String]) async throws -> any APISocket {
    throw KubernetesError(.unsupported, "nobody else opens sockets")
  }
}
