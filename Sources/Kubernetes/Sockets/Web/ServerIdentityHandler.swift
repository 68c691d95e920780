import NIOCore
import NIOSSL
import NIOTLS

/// Tells the handlers after it that the connection stands when it is known who is at its other end.
///
/// Otherwise the request, with its bearer token, would be written as soon as NIOSSL is content, which takes a
/// certificate for the server's address in place of its name.
final class ServerIdentityHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let check: (any Channel) -> EventLoopFuture<Void>
  private var isKnown = false

  init(_ check: @escaping (any Channel) -> EventLoopFuture<Void>) { self.check = check }

  /// The connection stands, but not yet the TLS connection over it.
  func channelActive(context: ChannelHandlerContext) {}

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    context.fireUserInboundEventTriggered(event)
    guard !isKnown, case .handshakeCompleted = event as? TLSUserEvent else { return }
    check(context.channel).assumeIsolated().whenComplete { result in
      switch result {
      case .success:
        self.isKnown = true
        context.fireChannelActive()
      case .failure(let error):
        context.fireErrorCaught(error)
        context.close(promise: nil)
      }
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard isKnown else {
      context.fireErrorCaught(
        KubernetesError(
          .badAnswer, "the API server answers before it was asked; look whether the address is an API server's",
          details: KubernetesError.notSent))
      context.close(promise: nil)
      return
    }
    context.fireChannelRead(data)
  }
}
