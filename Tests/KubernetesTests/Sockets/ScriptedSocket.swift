import NIOCore
import Synchronization

@testable import Kubernetes

/// A stand-in for a WebSocket: gives messages that were written down, and remembers what is sent.
final class ScriptedSocket: APISocket {
  let chosenProtocol: String
  private let incoming: Mutex<[ByteBuffer]>
  private let outgoing = Mutex<[ByteBuffer]>([])

  init(_ chosenProtocol: String, _ incoming: [ByteBuffer]) {
    self.chosenProtocol = chosenProtocol
    self.incoming = Mutex(incoming)
  }

  var sent: [ByteBuffer] { outgoing.withLock { $0 } }

  func receive() async throws -> ByteBuffer? {
    incoming.withLock { $0.isEmpty ? nil : $0.removeFirst() }
  }

  func send(_ message: ByteBuffer) async throws { outgoing.withLock { $0.append(message) } }

  func close() async {}

  static func message(_ channel: UInt8, _ text: String) -> ByteBuffer {
    StreamFrame(channel: channel, .data(ByteBuffer(string: text))).message
  }
}
