import NIOCore
import NIOWebSocket

/// Stands at the end of a WebSocket's pipeline: hands messages over, answers pings, says goodbye.
///
/// It asks for bytes itself, so that a reader who does not read makes the server wait instead of filling the memory.
final class WebSocketHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  let inbox = SocketInbox()
  private var messages = WebSocketMessages()
  private var saidGoodbye = false
  private var pulse = SocketPulse()
  private var nextBeat: Scheduled<Void>?

  func handlerAdded(context: ChannelHandlerContext) {
    context.channel.setOption(.autoRead, value: false).assumeIsolated().whenComplete { _ in context.read() }
    scheduleBeat(context)
    // A server that agrees and closes at once may have done so before this handler was there to be told. What came with
    // the agreement comes first.
    let channel = context.channel
    context.eventLoop.assumeIsolated().execute { if !channel.isActive { self.finishWithoutGoodbye() } }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    nextBeat?.cancel()
    // A connection that ended before this handler was there to see it must not leave its reader waiting.
    finishWithoutGoodbye()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !saidGoodbye else { return }
    switch messages.take(unwrapInboundIn(data)) {
    case .nothing: break
    case .deliver(let message): inbox.put(message)
    case .pong(let data):
      // A server that sends pings and reads no answers must not fill the memory with them.
      guard context.channel.isWritable else { return }
      let frame = WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: data)
      context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    case .goodbye:
      inbox.finish(.success(()))
      leave(context, .normalClosure)
    case .broken(let why):
      inbox.finish(.failure(Self.broken(why)))
      leave(context, .normalClosure)
    case .fail(let code, let why):
      inbox.finish(
        .failure(
          KubernetesError(.badAnswer, "the API server breaks the rules of WebSocket: \(why); is a proxy between?")))
      leave(context, code)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    // It comes also after a part of a frame.
    pulse.heard()
    if inbox.wantsMore() { context.read() }
    context.fireChannelReadComplete()
  }

  func channelInactive(context: ChannelHandlerContext) {
    nextBeat?.cancel()
    finishWithoutGoodbye()
    context.fireChannelInactive()
  }

  private func finishWithoutGoodbye() { inbox.finish(.failure(Self.broken("it was closed without a goodbye"))) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if error is NIOWebSocketError {
      inbox.finish(.failure(KubernetesError(.badAnswer, "the API server's WebSocket frames cannot be read: \(error)")))
    } else {
      inbox.finish(.failure(Self.broken("\(error)")))
    }
    context.close(promise: nil)
  }

  private func scheduleBeat(_ context: ChannelHandlerContext) {
    nextBeat = context.eventLoop.assumeIsolated().scheduleTask(in: SocketPulse.interval) { self.beat(context) }
  }

  private func beat(_ context: ChannelHandlerContext) {
    guard !saidGoodbye, context.channel.isActive else { return }
    switch pulse.beat(context.eventLoop.now, isReading: !inbox.isPaused, isWritable: context.channel.isWritable) {
    case .nothing: break
    case .ping:
      let frame = WebSocketFrame(fin: true, opcode: .ping, maskKey: .random(), data: ByteBuffer())
      context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    case .dead:
      inbox.finish(.failure(Self.broken("nothing came for a minute, not even an answer to a ping")))
      context.close(promise: nil)
      return
    }
    scheduleBeat(context)
  }

  private func leave(_ context: ChannelHandlerContext, _ code: WebSocketErrorCode) {
    guard !saidGoodbye else { return }
    saidGoodbye = true
    var data = context.channel.allocator.buffer(capacity: 2)
    data.write(webSocketErrorCode: code)
    let frame = WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: data)
    // A server that reads nothing does not let the goodbye out either.
    let timer = context.eventLoop.assumeIsolated().scheduleTask(in: WebSocket.farewell) { context.close(promise: nil) }
    context.writeAndFlush(wrapOutboundOut(frame)).assumeIsolated().whenComplete { _ in
      timer.cancel()
      context.close(promise: nil)
    }
  }

  private static func broken(_ why: String) -> KubernetesError {
    KubernetesError(.unreachable, "the WebSocket to the API server broke: \(why); what was running may still run")
  }
}
