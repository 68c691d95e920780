import MusterCore
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

@testable import Kubernetes

/// Takes requests over TLS and HTTP/1.1 and passes them on to an API server, except where the test wants harm done.
///
/// It is no stand-in for the server: what it does not spoil is the server's own answer, as it comes.
final class FaultyProxy: Sendable {
  /// What is done to a request; nil: nothing.
  typealias Script = @Sendable (ProxyRequest) -> ProxyFault?

  private struct State {
    var script: Script?
    var requests: [ProxyRequest] = []
  }

  private static let name = "api.example"

  let server: any APITransport
  private let state = Mutex(State())

  private init(_ server: any APITransport) { self.server = server }

  /// Passes requests on to a server while `body` runs, which is told how to reach the proxy.
  static func with(
    _ server: any APITransport, _ body: (FaultyProxy, ClientConfiguration) async throws -> Void
  ) async throws {
    let certificate = try ServerCertificate(for: name)
    var settings = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificate.pem.utf8)).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(certificate.key.utf8), format: .pem)))
    settings.applicationProtocols = ["http/1.1"]
    let context = try NIOSSLContext(configuration: settings)
    let proxy = FaultyProxy(server)
    try await TestListener.run { channel in
      try channel.pipeline.syncOperations.addHandlers(
        NIOSSLServerHandler(context: context), ByteToMessageHandler(HTTPRequestDecoder()))
    } serve: { client in
      try await ProxyConnection(proxy, client).run()
    } while: { port in
      let server = ServerAddress(host: "127.0.0.1", port: port)
      try await body(
        proxy, ClientConfiguration(server: server, certificateAuthorities: certificate.pem, serverName: name))
    }
  }

  /// What has been asked so far.
  var requests: [ProxyRequest] { state.withLock { $0.requests } }

  /// Does this to the requests that come from now on.
  func harm(_ script: @escaping Script) { state.withLock { $0.script = script } }

  /// From now on all goes well.
  func heal() { state.withLock { $0.script = nil } }

  /// Remembers a request.
  func note(_ head: HTTPRequestHead, _ body: ByteBuffer) throws -> (ProxyRequest, ProxyFault?) {
    try state.withLock { state in
      let request = try ProxyRequest(head, body, number: state.requests.count, at: SystemTime().moment())
      state.requests.append(request)
      return (request, state.script?(request))
    }
  }
}
