import NIOCore

/// Tells the handlers behind it of the end of a connection when they have done with what came before it.
///
/// A server may agree to a WebSocket, say all it has, and close at once, as one of Kubernetes 1.36 does when nobody listens
/// on a forwarded port. The HTTP decoder hands over what follows the agreement in a later turn of the event loop, and drops
/// it if it has seen the end by then.
final class LateEndHandler: ChannelInboundHandler {
  typealias InboundIn = Any

  func channelInactive(context: ChannelHandlerContext) {
    context.eventLoop.assumeIsolated().execute { context.fireChannelInactive() }
  }
}
