import NIOCore
import NIOWebSocket

/// Puts messages together from frames, and says what each frame asks for. Decides only.
struct WebSocketMessages {
  enum Action {
    /// The frame was a part of a message.
    case nothing
    case deliver(ByteBuffer)
    case pong(ByteBuffer)
    /// The other side says goodbye, since all is done; nothing follows.
    case goodbye
    /// The other side says goodbye for this reason: a code and perhaps words.
    case broken(String)
    /// The other side breaks the rules.
    case fail(WebSocketErrorCode, String)
  }

  static let frameLimit = 1 << 20
  static let messageLimit = 4 << 20

  private var parts: ByteBuffer?

  mutating func take(_ frame: WebSocketFrame) -> Action {
    // A server must not mask (RFC 6455, 5.1); reserved bits belong to extensions, and none was agreed on.
    if frame.maskKey != nil { return .fail(.protocolError, "the server masks its frames") }
    if frame.rsv1 || frame.rsv2 || frame.rsv3 { return .fail(.protocolError, "a frame has reserved bits") }
    switch frame.opcode {
    case .ping, .pong, .connectionClose:
      guard frame.fin, frame.length <= 125 else { return .fail(.protocolError, "a control frame is too long") }
      if frame.opcode == .connectionClose { return Self.goodbye(frame.data) }
      return frame.opcode == .ping ? .pong(frame.data) : .nothing
    case .binary, .text:
      guard parts == nil else { return .fail(.protocolError, "a message begins in the middle of another") }
      if frame.fin { return .deliver(frame.data) }
      parts = frame.data
      return .nothing
    case .continuation:
      guard var whole = parts else { return .fail(.protocolError, "a message goes on that never began") }
      var data = frame.data
      guard whole.readableBytes + data.readableBytes <= Self.messageLimit else {
        return .fail(.messageTooLarge, "a message is over \(Self.messageLimit) bytes")
      }
      whole.writeBuffer(&data)
      parts = frame.fin ? nil : whole
      return frame.fin ? .deliver(whole) : .nothing
    default: return .fail(.protocolError, "a frame is of an unknown kind")
    }
  }

  /// RFC 6455, 5.5.1: nothing, or a code of two bytes and words.
  private static func goodbye(_ data: ByteBuffer) -> Action {
    var data = data
    if data.readableBytes == 0 { return .goodbye }
    guard let code = data.readInteger(as: UInt16.self) else {
      return .fail(.protocolError, "a goodbye has half a code")
    }
    if code == 1000 { return .goodbye }
    let words = RefusalSentence.cleaned(String(buffer: data), limit: 125)
    return .broken("the server closes it with the code \(code)" + (words.isEmpty ? "" : " (\(words))"))
  }
}
