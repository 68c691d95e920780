import NIOCore

/// The bytes of a ``FaultyProxy``'s answers: HTTP/1.1, in chunks.
enum ProxyAnswer {
  static let end = ByteBuffer(string: "0\r\n\r\n")

  static func head(_ status: Int, _ headers: [(name: String, value: String)]) -> ByteBuffer {
    let own: Set = ["connection", "content-length", "transfer-encoding"]
    let lines = headers.filter { !own.contains($0.name.lowercased()) }.map { "\($0.name): \($0.value)\r\n" }
    return ByteBuffer(
      string: "HTTP/1.1 \(status) Status\r\n\(lines.joined())Transfer-Encoding: chunked\r\n\r\n")
  }

  /// - Parameter missing: how many bytes more it is said to have than are there.
  static func chunk(_ bytes: ByteBuffer, missing: Int = 0) -> ByteBuffer {
    var chunk = ByteBuffer(string: String(bytes.readableBytes + missing, radix: 16) + "\r\n")
    chunk.writeImmutableBuffer(bytes)
    if missing == 0 { chunk.writeString("\r\n") }
    return chunk
  }

  /// What an API server says when it refuses.
  static func status(_ code: Int, _ reason: String) -> String {
    #"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"as the test wants it","#
      + #""reason":"\#(reason)","code":\#(code)}"#
  }
}
