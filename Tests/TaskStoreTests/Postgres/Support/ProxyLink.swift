import Foundation
import Synchronization

/// One connection through a ``CommitProxy``.
final class ProxyLink: Sendable {
  private let client: Int32
  private let server: Int32
  private let proxy: CommitProxy
  /// From here on nothing of what the server says is passed on.
  private let isMute = Mutex(false)
  private let ends = Mutex(0)

  init(client: Int32, server: Int32, proxy: CommitProxy) {
    self.client = client
    self.server = server
    self.proxy = proxy
  }

  func begin() {
    Thread.detachNewThread { [self] in
      toServer()
      ended()
    }
    Thread.detachNewThread { [self] in
      toClient()
      ended()
    }
  }

  /// Cuts both sides; whoever reads from them returns.
  func end() {
    LocalSocket.shut(client)
    LocalSocket.shut(server)
  }

  private func ended() {
    end()
    let isLast = ends.withLock { ends in
      ends += 1
      return ends == 2
    }
    guard isLast else { return }
    LocalSocket.close(client)
    LocalSocket.close(server)
    proxy.forget(self)
  }

  private func toClient() {
    while let bytes = LocalSocket.receive(server) {
      // The answer to the COMMIT that must not be heard: it has been carried out.
      if isMute.withLock({ $0 }) { return proxy.noteCut() }
      guard LocalSocket.send(bytes, to: client) else { return }
    }
  }

  private func toServer() {
    var stream = MessageStream()
    while let bytes = LocalSocket.receive(client) {
      stream.add(bytes)
      while let message = stream.next() {
        guard message.isCommit, let cut = proxy.decide(stream.name) else {
          guard LocalSocket.send(message.bytes, to: server) else { return }
          continue
        }
        switch cut {
        case .before: return proxy.noteCut()
        case .held: return hold()
        case .under:
          _ = LocalSocket.send(message.bytes, to: server)
          return proxy.noteCut()
        case .after:
          isMute.withLock { $0 = true }
          guard LocalSocket.send(message.bytes, to: server) else { return }
        }
      }
    }
  }

  private func hold() {
    proxy.noteCut()
    // The other thread ends when the server does, and then this one has nothing to read either.
    while LocalSocket.receive(client) != nil {}
  }
}

/// What a client sends, in messages.
private struct MessageStream {
  struct Message {
    let bytes: [UInt8]
    let isCommit: Bool
  }

  private var buffer: [UInt8] = []
  private var hasBegun = false
  /// The connection's `application_name`.
  private(set) var name = ""

  mutating func add(_ bytes: [UInt8]) { buffer += bytes }

  mutating func next() -> Message? {
    // The first message has no type before its length.
    let start = hasBegun ? 1 : 0
    guard buffer.count >= start + 4 else { return nil }
    let length = buffer[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    guard buffer.count >= start + length else { return nil }
    let bytes = Array(buffer[..<(start + length)])
    buffer.removeFirst(start + length)
    if !hasBegun {
      hasBegun = true
      let words = bytes.dropFirst(8).split(separator: 0, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      if let place = words.firstIndex(of: "application_name"), place + 1 < words.count { name = words[place + 1] }
      return Message(bytes: bytes, isCommit: false)
    }
    return Message(bytes: bytes, isCommit: bytes[0] == UInt8(ascii: "Q") && bytes[5...] == Array("COMMIT\0".utf8)[...])
  }
}
