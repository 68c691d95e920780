import NIOCore
import NIOWebSocket

/// An open WebSocket over a connection of its own.
final class WebSocket: APISocket {
  let chosenProtocol: String
  let channel: any Channel
  private let inbox: SocketInbox

  /// How long the server may take to answer a goodbye.
  static let farewell = TimeAmount.seconds(1)

  init(channel: any Channel, inbox: SocketInbox, chosenProtocol: String) {
    self.channel = channel
    self.inbox = inbox
    self.chosenProtocol = chosenProtocol
  }

  /// A socket that nobody holds any more must not stay open.
  deinit { channel.close(promise: nil) }

  func receive() async throws -> ByteBuffer? {
    let channel = channel
    return try await inbox.take { channel.read() }
  }

  /// Cancelled, it closes the connection: half a message may be on its way, and nothing can follow that.
  func send(_ message: ByteBuffer) async throws {
    try Task.checkCancellation()
    let channel = channel
    do {
      try await withTaskCancellationHandler {
        try await channel.writeAndFlush(
          WebSocketFrame(fin: true, opcode: .binary, maskKey: .random(), data: message)
        ).get()
      } onCancel: {
        channel.close(promise: nil)
      }
    } catch {
      try Task.checkCancellation()
      throw KubernetesError(
        .unreachable, "the WebSocket to the API server is closed: nothing more can be sent", cause: error)
    }
  }

  func close() async {
    inbox.abandon()
    var data = channel.allocator.buffer(capacity: 2)
    data.write(webSocketErrorCode: .normalClosure)
    let frame = WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: data)
    channel.writeAndFlush(frame, promise: nil)
    let channel = channel
    let timer = channel.eventLoop.scheduleTask(in: Self.farewell) { channel.close(promise: nil) }
    // Whatever still comes is let in and forgotten, or the server's goodbye would wait behind it for ever.
    channel.setOption(.autoRead, value: true).whenComplete { _ in }
    try? await channel.closeFuture.get()
    timer.cancel()
  }
}
