import Certificates
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
  private var isJudging = false
  /// What came while the peer's certificate was looked at.
  private var held: [NIOAny] = []

  private static let handshakeTime = TimeAmount.seconds(10)
  static let strangersTime = TimeAmount.seconds(30)
  static let strangersBytes = 128 << 10

  init(door: Door, connection: PeerConnection) {
    self.door = door
    self.connection = connection
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let (door, connection) = (door, connection)
    deadline = context.eventLoop.scheduleTask(in: Self.handshakeTime) {
      connection.turnAway()
      door.countSilence(connection)
      connection.close()
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent {
      isDone = true
      deadline?.cancel()
      // A session that is resumed brings the certificate of its first handshake, and no look was taken at it in this one.
      if case .none = connection.shown, let shown = try? context.pipeline.syncOperations.nioSSL_peerCertificate() {
        return judge(shown, event, context)
      }
      return goOn(event, context)
    }
    context.fireUserInboundEventTriggered(event)
  }

  private func judge(_ shown: NIOSSLCertificate, _ event: Any, _ context: ChannelHandlerContext) {
    isJudging = true
    let (door, connection) = (door, connection)
    let chain = PeerCheck.certificates([(try? shown.toDERBytes()) ?? []])
    let judged = context.eventLoop.makePromise(of: Void.self)
    judged.completeWithTask { await door.judge(chain, of: connection) }
    let bound = NIOLoopBound((self, context, event), eventLoop: context.eventLoop)
    judged.futureResult.whenComplete { _ in
      let (watch, context, event) = bound.value
      watch.isJudging = false
      watch.goOn(event, context)
    }
  }

  /// It is known who is there, or that he is a stranger.
  private func goOn(_ event: Any, _ context: ChannelHandlerContext) {
    guard context.channel.isActive else { return held = [] }
    door.confirm(connection)
    let isKnown = if case .known = connection.verdict { true } else { false }
    if !isKnown { closeLater(context, after: Self.strangersTime) }
    context.fireUserInboundEventTriggered(event)
    for data in held { channelRead(context: context, data: data) }
    if !held.isEmpty { context.fireChannelReadComplete() }
    held = []
    if isKnown { context.pipeline.syncOperations.removeHandler(context: context, promise: nil) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isJudging {
      held.append(data)
      return
    }
    bytes += unwrapInboundIn(data).readableBytes
    if case .known = connection.verdict { return context.fireChannelRead(data) }
    guard bytes <= Self.strangersBytes else { return connection.close() }
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
    let text = "\(error)".lowercased()
    let meanings = [
      ("unsupported_protocol", "the peer speaks only TLS older than 1.3; it must be upgraded"),
      ("unsupported protocol", "the peer speaks only TLS older than 1.3; it must be upgraded"),
      (
        "certificate_unknown",
        "the peer does not take this coordinator's certificate: it expects another name or authority"
      ),
      (
        "certificate unknown",
        "the peer does not take this coordinator's certificate: it expects another name or authority"
      ),
      ("unknown_ca", "the peer does not trust this coordinator's authority; it must join or log in again"),
      ("unknown ca", "the peer does not trust this coordinator's authority; it must join or log in again"),
      ("alert", "the peer does not take this coordinator's certificate"),
      ("no_application_protocol", "the peer does not speak HTTP/2"), ("eof", "the peer went in the middle of it"),
    ]
    return meanings.first { text.contains($0.0) }?.1 ?? "what the peer sent is no TLS that can be understood"
  }
}
