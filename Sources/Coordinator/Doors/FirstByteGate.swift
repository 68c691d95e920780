import NIOCore

/// Looks at the first byte of a connection: whoever speaks TLS where there is none, or none where there is, is told so
/// before he is hung up on; and whoever says nothing is not waited for.
final class FirstByteGate: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let door: Door
  private let connection: PeerConnection
  private var deadline: Scheduled<Void>?
  private var isOver = false
  private var refusal: PlaintextRefusal?

  /// Before who was told off is hung up on: gRPC's clients connect again at once, some a hundred times a second.
  private static let pause = TimeAmount.seconds(1)
  /// How long a connection may say nothing.
  private static let patience = TimeAmount.seconds(10)
  /// The first byte of every TLS handshake.
  private static let handshake: UInt8 = 0x16

  init(door: Door, connection: PeerConnection) {
    self.door = door
    self.connection = connection
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let (door, connection) = (door, connection)
    deadline = context.eventLoop.scheduleTask(in: Self.patience) {
      door.countSilence(connection)
      connection.close()
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    // Whatever else he says is not listened to, but for the call that is to be answered.
    if isOver {
      if let answer = refusal?.answer(to: buffer) { write(answer, context) }
      return
    }
    guard let first = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) else { return }
    let isTLS = first == Self.handshake
    let wantsTLS = door.guardian != nil
    guard isTLS == wantsTLS else {
      connection.turnAway()
      door.countWrongProtocol(connection, tls: isTLS)
      if isTLS { write(Self.alert, context) } else { refusal = PlaintextRefusal() }
      deadline?.cancel()
      let connection = connection
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      deadline = context.eventLoop.scheduleTask(in: Self.pause) {
        let (gate, context) = bound.value
        if let last = gate.refusal?.farewell() {
          context.writeAndFlush(gate.wrapOutboundOut(context.channel.allocator.buffer(bytes: last)), promise: nil)
        }
        connection.close()
      }
      isOver = true
      if let answer = refusal?.answer(to: buffer) { write(answer, context) }
      return
    }
    context.fireChannelRead(data)
    context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
  }

  private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: nil)
  }

  /// A TLS alert: fatal, protocol_version (RFC 8446, 6).
  private static let alert: [UInt8] = [0x15, 3, 3, 0, 2, 2, 70]
}
