import NIOCore
import NIOPosix
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

  @Test("a name that means nothing is said")
  func name() async {
    let why = await ServerAddress(host: "no-such-host.invalid", port: 6443).obstacle(patience: .seconds(30))
    #expect(why == "the name cannot be resolved")
  }
}
