import NIOCore

/// Finds the parts of a JSON text without reading them. It checks no more than it needs to find their ends: what it
/// finds is read by a real parser next.
struct JSONSlicer {
  /// The members of the outermost object, each with where its value stands in `buffer`.
  ///
  /// - Throws: `badAnswer` for what is no object.
  static func members(of buffer: ByteBuffer) throws -> [(name: String, value: ByteBuffer)] {
    try parts(of: buffer, open: UInt8(ascii: "{"), close: UInt8(ascii: "}")).map { ($0.name, $0.value) }
  }

  /// The elements of an array.
  ///
  /// - Throws: `badAnswer` for what is no array.
  static func elements(of buffer: ByteBuffer) throws -> [ByteBuffer] {
    try parts(of: buffer, open: UInt8(ascii: "["), close: UInt8(ascii: "]")).map(\.value)
  }

  private static func parts(
    of buffer: ByteBuffer, open: UInt8, close: UInt8
  ) throws -> [(name: String, value: ByteBuffer)] {
    let isObject = open == UInt8(ascii: "{")
    let ranges = try buffer.withUnsafeReadableBytes { bytes in
      var cursor = Cursor(bytes: bytes)
      var ranges: [(name: Range<Int>, value: Range<Int>)] = []
      guard cursor.skipBlanks() == open else { throw malformed }
      cursor.position += 1
      if cursor.skipBlanks() == close { return ranges }
      while true {
        var name = 0..<0
        if isObject {
          guard cursor.skipBlanks() == UInt8(ascii: "\"") else { throw malformed }
          name = try cursor.skipValue()
          guard cursor.skipBlanks() == UInt8(ascii: ":") else { throw malformed }
          cursor.position += 1
        }
        _ = cursor.skipBlanks()
        ranges.append((name, try cursor.skipValue()))
        let next = cursor.skipBlanks()
        cursor.position += 1
        if next == close { return ranges }
        guard next == UInt8(ascii: ",") else { throw malformed }
      }
    }
    let base = buffer.readerIndex
    return try ranges.map { range in
      guard let value = buffer.getSlice(at: base + range.value.lowerBound, length: range.value.count) else {
        throw malformed
      }
      // Names of members that matter have no escapes: one that has is simply another name.
      let name =
        range.name.count < 2 ? "" : buffer.getString(at: base + range.name.lowerBound + 1, length: range.name.count - 2)
      return (name ?? "", value)
    }
  }

  fileprivate static var malformed: KubernetesError {
    KubernetesError(.badAnswer, "the API server's answer is not well-formed JSON; is there a proxy that cuts it short?")
  }
}

private struct Cursor {
  let bytes: UnsafeRawBufferPointer
  var position = 0

  init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The next byte that is not blank; nil at the end.
  mutating func skipBlanks() -> UInt8? {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      position += 1
    }
    return nil
  }

  /// Goes past a value, and says where it was. Without recursion, so depth costs nothing.
  mutating func skipValue() throws -> Range<Int> {
    let start = position
    var depth = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        try skipString()
        if depth == 0 { return start..<position }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return try scalar(start) }
        depth -= 1
        position += 1
        if depth == 0 { return start..<position }
      case UInt8(ascii: ","), 0x20, 0x0A, 0x0D, 0x09:
        if depth == 0 { return try scalar(start) }
        position += 1
      default: position += 1
      }
    }
    throw JSONSlicer.malformed
  }

  private func scalar(_ start: Int) throws -> Range<Int> {
    guard position > start else { throw JSONSlicer.malformed }
    return start..<position
  }

  private mutating func skipString() throws {
    position += 1
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\\"): position += 2
      case UInt8(ascii: "\""):
        position += 1
        return
      default: position += 1
      }
    }
    throw JSONSlicer.malformed
  }
}
