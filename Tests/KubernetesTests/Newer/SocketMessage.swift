import NIOCore

/// A message of a WebSocket in a recording: a channel's number, and text for it.
struct SocketMessage: Codable, Sendable, Equatable {
  /// Whether the client sent it.
  var isSent: Bool
  var channel: UInt8
  var text: String

  init(_ message: ByteBuffer, isSent: Bool) {
    var message = message
    self.isSent = isSent
    channel = message.readInteger() ?? 0
    text = String(buffer: message)
  }

  var message: ByteBuffer {
    var message = ByteBuffer(bytes: [channel])
    message.writeString(text)
    return message
  }
}
