import NIOCore

/// Tells the handlers after it that the connection has ended once all that runs already is done.
///
/// NIO's HTTP decoder leaves a connection that becomes a WebSocket one turn of the event loop after the server's
/// agreement. Told of the end before, it forgets what came with the agreement: the whole output, if the server leaves at
/// once.
final class LateEndHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  func channelInactive(context: ChannelHandlerContext) {
    // The pipeline itself is taken down later still.
    context.eventLoop.assumeIsolated().execute { context.fireChannelInactive() }
  }
}
