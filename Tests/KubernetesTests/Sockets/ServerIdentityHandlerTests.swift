import NIOCore
import NIOEmbedded
import NIOTLS
import Testing

@testable import Kubernetes

@Suite("Who is at the other end of a WebSocket")
struct ServerIdentityHandlerTests {
  /// Writes a request when the connection stands, as the handler of the upgrade does.
  private final class Asker: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "token")), promise: nil)
    }
  }

  private func channel(_ check: @escaping (any Channel) -> EventLoopFuture<Void>) throws -> EmbeddedChannel {
    let channel = EmbeddedChannel(handlers: [ServerIdentityHandler(check), Asker()])
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
    return channel
  }

  @Test("nothing is sent before the TLS connection stands and the certificate is the right one")
  func order() throws {
    var answer: EventLoopPromise<Void>?
    let channel = try channel { channel in
      let promise = channel.eventLoop.makePromise(of: Void.self)
      answer = promise
      return promise.futureResult
    }
    channel.pipeline.fireUserInboundEventTriggered(TLSUserEvent.handshakeCompleted(negotiatedProtocol: nil))
    #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
    answer?.succeed()
    #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "token"))
  }

  @Test("nothing is sent to a server with another name's certificate")
  func stranger() throws {
    let channel = try channel { $0.eventLoop.makeFailedFuture(KubernetesError(.untrusted, "a stranger")) }
    channel.pipeline.fireUserInboundEventTriggered(TLSUserEvent.handshakeCompleted(negotiatedProtocol: nil))
    #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
    #expect(!channel.isActive)
    #expect(throws: KubernetesError.self) { try channel.throwIfErrorCaught() }
  }
}
