import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// A stand-in for an API server on a port of this machine, for one kind of answer to a request for a WebSocket.
enum SocketServer {
  /// Answers every connection with these bytes, and closes it.
  static func answering(_ text: String) async throws -> any Channel {
    try await bootstrap.childChannelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(Answer(text))
      }
    }.bind(host: "127.0.0.1", port: 0).get()
  }

  /// Opens WebSockets, and writes these messages together with its agreement.
  ///
  /// - Parameters:
  ///   - isDeaf: whether it reads nothing after that.
  ///   - isBrief: whether it closes the connection then, without a goodbye.
  static func speaking(
    _ chosen: String, _ messages: [[UInt8]], isDeaf: Bool = false, isBrief: Bool = false
  ) async throws -> any Channel {
    try await bootstrap.childChannelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        let upgrader = NIOWebSocketServerUpgrader(
          shouldUpgrade: { channel, _ in
            channel.eventLoop.makeSucceededFuture(["Sec-WebSocket-Protocol": chosen])
          },
          upgradePipelineHandler: { channel, _ in
            for message in messages {
              channel.write(WebSocketFrame(fin: true, opcode: .binary, data: ByteBuffer(bytes: message)), promise: nil)
            }
            channel.flush()
            if isBrief { channel.close(promise: nil) }
            return isDeaf
              ? channel.setOption(.autoRead, value: false) : channel.eventLoop.makeSucceededVoidFuture()
          })
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
          withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }))
      }
    }.bind(host: "127.0.0.1", port: 0).get()
  }

  /// Opens WebSockets, and writes these bytes, whether they are frames or not. Then it only reads.
  ///
  /// - Parameter waits: whether it lets the client speak first; otherwise they come with its agreement.
  static func babbling(
    _ chosen: String, waits: Bool, _ bytes: @escaping @Sendable () -> [UInt8]
  ) async throws -> any Channel {
    try await bootstrap.childChannelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        let upgrader = NIOWebSocketServerUpgrader(
          shouldUpgrade: { channel, _ in
            channel.eventLoop.makeSucceededFuture(["Sec-WebSocket-Protocol": chosen])
          },
          upgradePipelineHandler: { channel, _ in
            channel.eventLoop.makeCompletedFuture {
              let babbler = Babbler(bytes)
              try channel.pipeline.syncOperations.addHandler(babbler)
              if !waits { babbler.speak(try channel.pipeline.syncOperations.context(handler: babbler)) }
            }
          })
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
          withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }))
      }
    }.bind(host: "127.0.0.1", port: 0).get()
  }

  private static var bootstrap: ServerBootstrap {
    ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
  }

  private final class Answer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let text: String

    init(_ text: String) { self.text = text }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
      context.close(promise: nil)
    }
  }

  /// Speaks once.
  private final class Babbler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    private let bytes: @Sendable () -> [UInt8]
    private var hasSpoken = false

    init(_ bytes: @escaping @Sendable () -> [UInt8]) { self.bytes = bytes }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { speak(context) }

    func speak(_ context: ChannelHandlerContext) {
      guard !hasSpoken else { return }
      hasSpoken = true
      do {
        // From before the encoder, which would make frames of them.
        let place = try context.pipeline.syncOperations.context(handlerType: WebSocketFrameEncoder.self)
        place.writeAndFlush(NIOAny(ByteBuffer(bytes: bytes())), promise: nil)
        place.close(mode: .output, promise: nil)
      } catch {
        context.close(promise: nil)
      }
    }
  }
}
