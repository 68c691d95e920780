import MusterCore
import NIOCore
import NIOPosix
import NIOSSL
import Testing

@testable import Kubernetes

@Suite("Whether a server can be reached")
struct ServerReachingTests {
  @Test("who listens is reached, whoever it is; who has gone is not")
  func reaching() async throws {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(listener.localAddress?.port)
    let address = ServerAddress(host: "127.0.0.1", port: port)
    #expect(await address.obstacle(patience: .seconds(30)) == nil)
    try await listener.close()
    #expect(await address.obstacle(patience: .seconds(30)) == "the connection was refused")
  }

  /// Listens with TLS, or without, and says nothing.
  private func listener(_ identity: TestIdentity?) async throws -> any Channel {
    let context = try identity.map { identity in
      try NIOSSLContext(
        configuration: .makeServerConfiguration(
          certificateChain: NIOSSLCertificate.fromPEMBytes(Array(identity.chain.utf8)).map { .certificate($0) },
          privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(identity.key.utf8), format: .pem))))
    }
    return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let context { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context)) }
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }

  @Test("another cluster at the address is told from the right one; who speaks no TLS at all is not judged")
  func impostor() async throws {
    for (identity, why) in [
      (TestIdentity(), "what listens there shows no certificate of this cluster for '127.0.0.1'"), (nil, nil),
    ] as [(TestIdentity?, String?)] {
      let listener = try await listener(identity)
      let port = try #require(listener.localAddress?.port)
      let access = ClusterAccess(
        server: ServerAddress(host: "127.0.0.1", port: port), authorities: base64(TestIdentity().chain),
        user: Secret([:]))
      // Who says nothing is waited for.
      #expect(await access.obstacle(patience: identity == nil ? .milliseconds(100) : .seconds(30)) == why)
      try await listener.close()
    }
  }

  @Test("a name that means nothing is said")
  func name() async {
    let why = await ServerAddress(host: "no-such-host.invalid", port: 6443).obstacle(patience: .seconds(30))
    #expect(why == "the name cannot be resolved")
  }
}
