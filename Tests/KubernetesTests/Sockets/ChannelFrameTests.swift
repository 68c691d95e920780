import NIOCore
import NIOWebSocket
import SeededDice
import Testing

@testable import Kubernetes

@Suite("The frames of channels and WebSockets")
struct ChannelFrameTests {
  @Test("what is written is read back")
  func roundTrip() throws {
    for frame in [
      StreamFrame(channel: 1, .data(ByteBuffer(string: "abc"))), StreamFrame(channel: 0, .data(ByteBuffer())),
      StreamFrame(channel: 0, .end),
    ] {
      #expect(try StreamFrame(frame.message, knowsClosing: true) == frame)
    }
    // Before v5, channel 255 is a channel like others.
    let old = try StreamFrame(ByteBuffer(bytes: [255, 0]), knowsClosing: false)
    #expect(old == StreamFrame(channel: 255, .data(ByteBuffer(bytes: [0]))))
  }

  @Test("any bytes are a frame or an error")
  func anyBytes() {
    var random = Dice(seed: 5)
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        Bool.random(using: &random)
          ? UInt8.random(in: 0...255, using: &random) : [0, 1, 2, 3, 255].randomElement(using: &random) ?? 0
      }
      let message = ByteBuffer(bytes: bytes)
      do {
        #expect(try StreamFrame(message, knowsClosing: true).message == message)
      } catch {
        #expect(error.code == .badAnswer)
        #expect(bytes.isEmpty || bytes[0] == 255)
      }
      var frames = PortFrames(ports: [80])
      for _ in 0..<3 {
        do {
          _ = try frames.take(message)
        } catch {
          #expect(error.code == .badAnswer)
        }
      }
    }
  }

  @Test("a port is named before its bytes come, and errors have a channel of their own")
  func ports() throws {
    var frames = PortFrames(ports: [8080])
    #expect(try frames.take(ByteBuffer(bytes: [0, 0x90, 0x1F])) == .named)
    #expect(try frames.take(ByteBuffer(bytes: [1, 0x90, 0x1F])) == .named)
    #expect(try frames.take(ByteBuffer(bytes: [0, 1, 2])) == .data(ByteBuffer(bytes: [1, 2]), port: 0))
    #expect(try frames.take(ByteBuffer(bytes: [1] + Array("no".utf8))) == .failure("no", port: 0))
    #expect(throws: KubernetesError.self) { try frames.take(ByteBuffer(bytes: [2, 0])) }
    var wrong = PortFrames(ports: [8080])
    #expect(throws: KubernetesError.self) { try wrong.take(ByteBuffer(bytes: [0, 1, 0])) }
  }

  struct Wrong: Error { var what: String }

  @Test("messages in parts are put together, and bounded")
  func parts() throws {
    var messages = WebSocketMessages()
    func frame(_ opcode: WebSocketOpcode, _ count: Int, fin: Bool) -> WebSocketFrame {
      WebSocketFrame(fin: fin, opcode: opcode, data: ByteBuffer(repeating: 7, count: count))
    }
    guard case .nothing = messages.take(frame(.binary, 3, fin: false)) else { throw Wrong(what: "a part is told") }
    guard case .pong = messages.take(frame(.ping, 0, fin: true)) else { throw Wrong(what: "no pong between parts") }
    guard case .deliver(let whole) = messages.take(frame(.continuation, 2, fin: true)) else {
      throw Wrong(what: "the message is not told")
    }
    #expect(whole.readableBytes == 5)
    guard case .fail(.protocolError, _) = messages.take(frame(.continuation, 1, fin: true)) else {
      throw Wrong(what: "a part of nothing is taken")
    }
    _ = messages.take(frame(.binary, WebSocketMessages.frameLimit, fin: false))
    var last = WebSocketMessages.Action.nothing
    for _ in 0..<8 {
      last = messages.take(frame(.continuation, WebSocketMessages.frameLimit, fin: false))
      if case .fail = last { break }
    }
    guard case .fail(.messageTooLarge, _) = last else { throw Wrong(what: "a message grows without end") }
  }

  @Test("only a goodbye with the code 1000 or none means that all is done")
  func goodbyes() throws {
    func take(_ bytes: [UInt8]) -> WebSocketMessages.Action {
      var messages = WebSocketMessages()
      return messages.take(WebSocketFrame(fin: true, opcode: .connectionClose, data: ByteBuffer(bytes: bytes)))
    }
    for bytes in [[], [0x03, 0xE8], [0x03, 0xE8] + Array("bye".utf8)] as [[UInt8]] {
      guard case .goodbye = take(bytes) else { throw Wrong(what: "\(bytes) is no clean end") }
    }
    for code in [1001, 1009, 1011] as [UInt16] {
      guard case .broken(let why) = take([UInt8(code >> 8), UInt8(code & 255)] + Array("too\nbad".utf8)) else {
        throw Wrong(what: "\(code) is a clean end")
      }
      #expect(why.contains("\(code)") && why.contains("bad") && !why.contains("\n"))
    }
    guard case .fail(.protocolError, _) = take([3]) else { throw Wrong(what: "half a code is taken") }
  }

  @Test("random frames never crash, and no message is over the limit")
  func randomFrames() {
    var random = Dice(seed: 9)
    var messages = WebSocketMessages()
    let opcodes: [WebSocketOpcode] = [.binary, .text, .continuation, .ping, .pong, .connectionClose]
    for _ in 0..<20_000 {
      let frame = WebSocketFrame(
        fin: Bool.random(using: &random), rsv1: Int.random(in: 0..<50, using: &random) == 0,
        opcode: opcodes.randomElement(using: &random) ?? .binary,
        data: ByteBuffer(repeating: 1, count: Int.random(in: 0...200, using: &random)))
      if case .deliver(let message) = messages.take(frame) {
        #expect(message.readableBytes <= WebSocketMessages.messageLimit)
      }
    }
  }
}
