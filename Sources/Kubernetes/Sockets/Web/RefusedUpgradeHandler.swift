import NIOCore
import NIOHTTP1

/// Collects the answer of a server that does not want to open a WebSocket.
final class RefusedUpgradeHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPClientResponsePart

  private let promise: EventLoopPromise<APIResponse>
  private var head: HTTPResponseHead?
  private var body = ByteBuffer()

  var answer: EventLoopFuture<APIResponse> { promise.futureResult }

  init(_ loop: any EventLoop) { promise = loop.makePromise() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body(var part):
      // The rest of a long page is of no interest.
      let room = Refusal.largestBody - body.readableBytes
      if room > 0, var piece = part.readSlice(length: min(room, part.readableBytes)) { body.writeBuffer(&piece) }
      if room <= 0 { finish(context) }
    case .end: finish(context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    finish(context)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.fail(error)
    context.close(promise: nil)
  }

  func handlerRemoved(context: ChannelHandlerContext) { promise.fail(ChannelError.eof) }

  private func finish(_ context: ChannelHandlerContext) {
    guard let head else {
      promise.fail(ChannelError.eof)
      return
    }
    promise.succeed(
      APIResponse(
        status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) }, body: APIBody(body)))
    context.close(promise: nil)
  }
}
