import NIOCore

@testable import Kubernetes

/// One request to a server and what came back: a line of a recording.
struct Exchange: Codable, Sendable, Equatable {
  /// What of a request decides about its answer.
  struct Question: Codable, Sendable, Hashable {
    var method: String
    var path: String
    /// As `name=value`. A watch draws its `timeoutSeconds` at random, so it is left out.
    var query: [String]
    /// `Accept`, `Content-Type` and whoever is impersonated; the rest decides nothing.
    var headers: [String: String]
    /// Compared as JSON, for encoders write the members in any order.
    var body: JSONValue?

    init(_ request: APIRequest) {
      method = request.method.rawValue
      path = request.path
      query = request.query.filter { $0.name != "timeoutSeconds" }.map { "\($0.name)=\($0.value)" }
      headers = Dictionary(request.headers.map { ($0.name.lowercased(), $0.value) }) { $0 + ", " + $1 }
        .filter { ["accept", "content-type", "impersonate-user"].contains($0.key) }
      body = request.body.map { (try? JSONReader.parse($0)) ?? .string(String(buffer: $0)) }
    }

    var text: String { "\(method) \(path) \(query.joined(separator: "&"))" }
  }

  var question: Question
  /// The HTTP status; 101 for a WebSocket.
  var status: Int
  /// As `name: value`, in order; only those of which a client makes something.
  var headers: [String] = []
  /// As it came, byte by byte.
  var body = ""
  /// Of a WebSocket: the protocol that the server chose.
  var socketProtocol: String?
  /// Of a WebSocket: what was said.
  var messages: [SocketMessage]?

  init(_ request: APIRequest, status: Int, headers: [(name: String, value: String)] = []) {
    question = Question(request)
    self.status = status
    self.headers = headers.map { "\($0.name.lowercased()): \($0.value)" }
      .filter { line in ["content-type:", "retry-after:", "warning:"].contains { line.hasPrefix($0) } }
  }

  var response: APIResponse {
    APIResponse(
      status: status,
      headers: headers.map { line in
        let parts = line.split(separator: ": ", maxSplits: 1)
        return (name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
      }, body: APIBody(ByteBuffer(string: body)))
  }
}
