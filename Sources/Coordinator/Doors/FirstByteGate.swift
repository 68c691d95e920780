import NIOCore

/// Looks at the first byte of a connection: whoever speaks TLS where there is none, or none where there is, is told so
/// before he is hung up on; and whoever says nothing is not waited for.
final class FirstByteGate: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let door: Door
  private let connection: PeerConnection
  private var deadline: Scheduled<Void>?

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
    guard let first = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) else { return }
    let isTLS = first == Self.handshake
    let wantsTLS = door.guardian != nil
    guard isTLS == wantsTLS else {
      connection.turnAway()
      door.countWrongProtocol(connection, tls: isTLS)
      let answer = isTLS ? Self.alert : Self.goAway
      context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: answer)), promise: nil)
      context.close(promise: nil)
      return
    }
    context.fireChannelRead(data)
    context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
  }

  /// A TLS alert: fatal, protocol_version (RFC 8446, 6).
  private static let alert: [UInt8] = [0x15, 3, 3, 0, 2, 2, 70]

  /// HTTP/2: empty SETTINGS, then GOAWAY with INADEQUATE_SECURITY and a sentence, which gRPC's clients show (RFC 9113, 6.8).
  private static let goAway: [UInt8] = {
    let sentence = Array("this port takes TLS only: get a token, then 'muster worker join' or 'muster login'".utf8)
    let length = UInt32(8 + sentence.count)
    let header = [UInt8(length >> 16), UInt8(length >> 8 & 255), UInt8(length & 255), 7, 0, 0, 0, 0, 0]
    return [0, 0, 0, 4, 0, 0, 0, 0, 0] + header + [0, 0, 0, 0, 0, 0, 0, 0xC] + sentence
  }()
}
