import NIOCore

/// Answers a gRPC client that speaks HTTP/2 without TLS: its first call ends with a status and a sentence, which every client
/// shows. Just as much of HTTP/2 as that takes (RFC 9113, and gRPC over HTTP/2).
struct PlaintextRefusal {
  private static let sentence =
    "this port takes TLS only: get a token, then 'muster worker join' or 'muster login'"
  /// `PRI * HTTP/2.0…`
  private static let prefaceLength = 24
  private static let mostBytes = 16_384

  private var bytes: [UInt8] = []
  private var hasGreeted = false
  private var isDone = false

  /// - Returns: what to send; nil: nothing, for now or any more.
  mutating func answer(to buffer: ByteBuffer) -> [UInt8]? {
    guard !isDone, bytes.count + buffer.readableBytes <= Self.mostBytes else { return nil }
    bytes += buffer.readableBytesView
    guard bytes.starts(with: Array("PRI * HTTP/2".utf8)) else { return nil }
    // A server's first frame is its settings; what the client sets is acknowledged.
    let greeting =
      hasGreeted ? [] : Self.frame(type: 4, flags: 0, stream: 0, []) + Self.frame(type: 4, flags: 1, stream: 0, [])
    hasGreeted = true
    guard let stream = firstCall() else { return greeting.isEmpty ? nil : greeting }
    isDone = true
    return greeting + Self.frame(type: 1, flags: 5, stream: stream, Self.trailers) + Self.goAway(after: stream)
  }

  /// For who made no call: what to send before the connection is closed; nil if all has been said.
  func farewell() -> [UInt8]? {
    if isDone { return nil }
    let first = bytes.prefix(8)
    if ["GET ", "POST ", "HEAD ", "PUT ", "OPTIONS "].contains(where: { first.starts(with: $0.utf8) }) {
      let text = Self.sentence + "\n"
      return Array(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: \(text.utf8.count)\r\nConnection: close\r\n\r\n\(text)"
          .utf8)
    }
    return (hasGreeted ? [] : Self.frame(type: 4, flags: 0, stream: 0, [])) + Self.goAway(after: 0)
  }

  /// Nothing more will be answered: INADEQUATE_SECURITY, and why.
  private static func goAway(after stream: UInt32) -> [UInt8] {
    frame(type: 7, flags: 0, stream: 0, number(stream) + number(0xC) + Array(sentence.utf8))
  }

  /// The stream of the first frame of headers.
  private func firstCall() -> UInt32? {
    var place = Self.prefaceLength
    while place + 9 <= bytes.count {
      let length = Int(bytes[place]) << 16 | Int(bytes[place + 1]) << 8 | Int(bytes[place + 2])
      if bytes[place + 3] == 1 {
        return bytes[(place + 5)..<(place + 9)].reduce(0) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
      }
      place += 9 + length
    }
    return nil
  }

  /// `:status 200`, then three fields as literals that no table keeps (RFC 7541, 6.2.2).
  private static let trailers: [UInt8] =
    [0x88] + field("content-type", "application/grpc") + field("grpc-status", "14") + field("grpc-message", sentence)

  private static func field(_ name: String, _ value: String) -> [UInt8] {
    [0, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
  }

  private static func frame(type: UInt8, flags: UInt8, stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
    [UInt8(payload.count >> 16 & 255), UInt8(payload.count >> 8 & 255), UInt8(payload.count & 255), type, flags]
      + number(stream) + payload
  }

  private static func number(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
  }
}
