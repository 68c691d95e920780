import NIOCore
import NIOEmbedded
import NIOWebSocket
import Testing

@testable import Kubernetes

@Suite("The end of a WebSocket's pipeline")
struct WebSocketHandlerTests {
  private let handler = WebSocketHandler()
  private let channel: EmbeddedChannel

  init() throws {
    channel = EmbeddedChannel(handler: handler)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  private func advance(_ seconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .seconds(seconds)) }

  private func sent() throws -> WebSocketOpcode? { try channel.readOutbound(as: WebSocketFrame.self)?.opcode }

  @Test("a quiet server is sent pings, and given up when nothing comes back")
  func silence() async throws {
    advance(29)
    #expect(try sent() == nil)
    advance(1)
    #expect(try sent() == .ping)
    try channel.writeInbound(WebSocketFrame(fin: true, opcode: .pong, data: ByteBuffer()))
    advance(30)
    #expect(try sent() == .ping)
    advance(59)
    #expect(channel.isActive)
    advance(1)
    #expect(!channel.isActive)
    let error = await #expect(throws: KubernetesError.self) { try await handler.inbox.take {} }
    #expect(error?.code == .unreachable)
  }

  @Test("a connection that was closed before it was a WebSocket is known to be, and what came before is read")
  func closedBefore() async throws {
    let handler = WebSocketHandler()
    let channel = EmbeddedChannel()
    #expect(!channel.isActive)
    try channel.pipeline.syncOperations.addHandler(handler)
    channel.pipeline.fireChannelRead(
      WebSocketFrame(fin: true, opcode: .binary, data: ByteBuffer(string: "last words")))
    channel.embeddedEventLoop.run()
    #expect(try await handler.inbox.take {} == ByteBuffer(string: "last words"))
    let error = await #expect(throws: KubernetesError.self) { try await handler.inbox.take {} }
    #expect(error?.code == .unreachable)
  }

  @Test("a server is not given up while nobody reads what it sent")
  func unread() throws {
    let data = ByteBuffer(repeating: 1, count: SocketInbox.limit)
    try channel.writeInbound(WebSocketFrame(fin: true, opcode: .binary, data: data))
    advance(600)
    #expect(channel.isActive)
    #expect(try sent() == nil)
  }

  @Test("a goodbye that tells of an error is one")
  func goodbye() async throws {
    var data = ByteBuffer(bytes: [0x03, 0xF3])
    data.writeString("worn out")
    try channel.writeInbound(WebSocketFrame(fin: true, opcode: .connectionClose, data: data))
    let error = await #expect(throws: KubernetesError.self) { try await handler.inbox.take {} }
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("1011 (worn out)") == true)
    #expect(try sent() == .connectionClose)
    #expect(!channel.isActive)
  }
}
