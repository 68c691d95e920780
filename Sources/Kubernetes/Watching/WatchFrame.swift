import NIOCore

/// One line of a watch: `{"type":"ADDED","object":{…}}`.
struct WatchFrame {
  let type: String
  /// The JSON of the object.
  let object: ByteBuffer

  /// Frames up to this size are taken. The server keeps objects of about 1.5 MiB, and sends little more than it keeps.
  static let largest = 16 << 20

  private static let head = Array(#"{"type":""#.utf8)
  private static let middle = Array(#"","object":"#.utf8)

  /// - Throws: `badAnswer`.
  init(_ line: ByteBuffer) throws {
    if let (type, object) = Self.quick(line) {
      self.type = type
      self.object = object
      return
    }
    do {
      guard case .object(let members) = try JSONReader.parse(line), let type = members["type"]?.string,
        let object = members["object"]
      else { throw KubernetesError(.badAnswer, "it has no type or no object") }
      self.type = type
      self.object = JSONWriter.buffer(object)
    } catch {
      throw KubernetesError(
        .badAnswer,
        "the API server sent a line in a watch that is no event: \(JSONComplaint.text(error)); "
          + "is there a proxy between that changes what it says?", cause: error)
    }
  }

  /// Finds the parts without reading the object, for it is read next. Works for what API servers write.
  private static func quick(_ line: ByteBuffer) -> (String, ByteBuffer)? {
    let bytes = line.readableBytesView
    guard bytes.starts(with: head) else { return nil }
    let rest = bytes.dropFirst(head.count)
    guard let quote = rest.prefix(32).firstIndex(of: UInt8(ascii: "\"")) else { return nil }
    let name = rest[..<quote]
    guard name.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) else { return nil }
    guard rest[quote...].starts(with: middle) else { return nil }
    var end = bytes.endIndex
    while end > quote, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x0D { end -= 1 }
    let start = quote + middle.count
    guard end - 1 > start, bytes[end - 1] == UInt8(ascii: "}") else { return nil }
    guard let object = line.getSlice(at: start, length: end - 1 - start) else { return nil }
    return (String(decoding: name, as: UTF8.self), object)
  }
}
