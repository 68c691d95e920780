/// Sends a stream of known length to a script, in the pieces that the machine reads with one program each.
struct PieceFeed {
  /// The stream is longer or shorter than was said.
  struct WrongLength: Error {
    let text: String
  }

  private let length: Int
  private let connection: Connection
  private let progress: @Sendable (Int) -> Void
  private var sent = 0
  /// Bytes that the machine still expects of the piece that was announced last.
  private var announced = 0
  /// No more was taken, for a reason that is no matter of the stream's.
  private var isRefused = false

  init(length: Int, connection: Connection, progress: @escaping @Sendable (Int) -> Void) {
    self.length = length
    self.connection = connection
    self.progress = progress
  }

  /// - Returns: false when no more is wanted, because the script or the connection has ended already.
  mutating func send(_ bytes: [UInt8]) async throws -> Bool {
    guard sent + bytes.count <= length else { throw WrongLength(text: "there are more than \(length) bytes") }
    var rest = bytes[...]
    while !rest.isEmpty {
      if announced == 0 {
        try Task.checkCancellation()
        guard !hasEnded else { return refused() }
        announced = min(RemoteProgram.fullPiece, length - sent)
        let header = announced == RemoteProgram.fullPiece ? "full\n" : "some \(announced)\n"
        guard await connection.send(Array(header.utf8)) else { return refused() }
      }
      let part = rest.prefix(announced)
      guard await connection.send(Array(part)) else { return refused() }
      rest = rest.dropFirst(part.count)
      announced -= part.count
      sent += part.count
      progress(sent)
    }
    return true
  }

  private mutating func refused() -> Bool {
    isRefused = true
    return false
  }

  /// Says that this was all.
  mutating func finish() async throws {
    // A connection takes nothing any more a moment before it is known to have ended.
    guard !isRefused else { return }
    guard sent == length || hasEnded else {
      throw WrongLength(text: "there are only \(sent) bytes of \(length)")
    }
    // The machine waits for the rest of a piece, even if the script has ended.
    guard announced == 0 || isGone else { throw WrongLength(text: "there are only \(sent) bytes of \(length)") }
    await connection.send(Array("eof\n".utf8))
  }

  private var isGone: Bool { connection.look { $0.ending != nil || $0.isBrokenOff } }

  private var hasEnded: Bool {
    connection.look { state in
      if state.ending != nil || state.isBrokenOff { return true }
      if case .exchange(let exchange) = state.listener { return exchange.outcome != nil }
      return false
    }
  }
}
