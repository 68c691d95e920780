import MusterCore
import NIOCore
import Synchronization
import Testing

@testable import Kubernetes

/// A stand-in for a WebSocket: says what a recording says, each message when all that was sent before it has been sent.
final class RecordedSocket: APISocket {
  private struct State {
    var received = 0
    var sent = 0
  }

  let chosenProtocol: String
  private let sent: [SocketMessage]
  /// What the server says, and how many messages it has had by then.
  private let received: [(message: SocketMessage, after: Int)]
  private let state = Mutex(State())
  private let bell = Bell()

  init(_ chosenProtocol: String, _ messages: [SocketMessage]) {
    self.chosenProtocol = chosenProtocol
    sent = messages.filter(\.isSent)
    received = messages.indices.filter { !messages[$0].isSent }.map { index in
      (messages[index], messages[..<index].count { $0.isSent })
    }
  }

  func receive() async throws -> ByteBuffer? {
    while true {
      try Task.checkCancellation()
      let next = state.withLock { state -> ByteBuffer?? in
        guard state.received < received.count else { return .some(nil) }
        let (message, after) = received[state.received]
        guard state.sent >= after else { return nil }
        state.received += 1
        return message.message
      }
      if let next { return next }
      await bell.wait()
    }
  }

  func send(_ message: ByteBuffer) async throws {
    let number = state.withLock { state in
      state.sent += 1
      return state.sent - 1
    }
    #expect(number < sent.count && sent[number] == SocketMessage(message, isSent: true))
    bell.ring()
  }

  func close() async { bell.ring() }
}
