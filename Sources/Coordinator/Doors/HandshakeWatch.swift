import NIOCore
import NIOSSL
import NIOTLS

/// Bounds what a connection may cost before it is known who has made it: a handshake has its time, and whoever shows no
/// valid certificate has little time and few bytes, enough to join.
final class HandshakeWatch: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let door: Door
  private let connection: PeerConnection
  private var deadline: Scheduled<Void>?
  private var isDone = false
  private var bytes = 0

  private static let handshakeTime = TimeAmount.seconds(10)
  static let strangersTime = TimeAmount.seconds(30)
  static let strangersBytes = 128 << 10

  init(door: Door, connection: PeerConnection) {
    self.door = door
    self.connection = connection
  }

  func handlerAdded(context: ChannelHandlerContext) { closeLater(context, after: Self.handshakeTime) }

  func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent {
      isDone = true
      deadline?.cancel()
      door.confirm(connection)
      if case .known = connection.verdict {
        context.fireUserInboundEventTriggered(event)
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        return
      }
      closeLater(context, after: Self.strangersTime)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bytes += unwrapInboundIn(data).readableBytes
    guard bytes <= Self.strangersBytes else { return context.close(promise: nil) }
    context.fireChannelRead(data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if !isDone, !connection.isTurnedAway { door.countFailedHandshake(connection, Self.reason(error)) }
    context.fireErrorCaught(error)
  }

  private func closeLater(_ context: ChannelHandlerContext, after time: TimeAmount) {
    let connection = connection
    deadline = context.eventLoop.scheduleTask(in: time) { connection.close() }
  }

  private static func reason(_ error: any Error) -> String {
    if case .handshakeFailed(let cause)? = error as? NIOSSLError { return "\(cause)" }
    return "\(error)"
  }
}
