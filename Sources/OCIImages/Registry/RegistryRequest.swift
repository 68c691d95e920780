import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// A request to a registry, before anybody has decided what to tell it about who asks.
struct RegistryRequest: Sendable {
  enum Body: Sendable {
    case none
    case bytes([UInt8])
    /// Sent once: after a failure only who reads it knows where to begin again.
    case stream(HTTPClientRequest.Body)
  }

  var method: HTTPMethod
  var address: WebAddress
  var headers: HTTPHeaders = [:]
  var body: Body = .none
  var scopes: [TokenScope]
  /// Whether it is sent again after trouble without asking who sends it. A stream never is.
  var repeats = true

  var isRepeatable: Bool {
    if case .stream = body { return false }
    return repeats
  }

  /// Whether the answer may send it elsewhere.
  var followsRedirects: Bool { method == .GET || method == .HEAD }

  var httpBody: HTTPClientRequest.Body? {
    switch body {
    case .none: method == .PUT || method == .POST || method == .PATCH ? .bytes(ByteBuffer()) : nil
    case .bytes(let bytes): .bytes(ByteBuffer(bytes: bytes))
    case .stream(let stream): stream
    }
  }
}
