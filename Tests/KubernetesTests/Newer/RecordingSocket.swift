import NIOCore

@testable import Kubernetes

/// A WebSocket that writes down what goes through it.
final class RecordingSocket: APISocket {
  private let next: any APISocket
  private let transport: RecordingTransport
  private let number: Int

  /// - Parameter number: of the exchange to which the messages belong.
  init(_ next: any APISocket, _ transport: RecordingTransport, _ number: Int) {
    self.next = next
    self.transport = transport
    self.number = number
  }

  var chosenProtocol: String { next.chosenProtocol }

  func receive() async throws -> ByteBuffer? {
    let message = try await next.receive()
    if let message { transport.add(SocketMessage(message, isSent: false), to: number) }
    return message
  }

  func send(_ message: ByteBuffer) async throws {
    transport.add(SocketMessage(message, isSent: true), to: number)
    try await next.send(message)
  }

  func close() async { await next.close() }
}
