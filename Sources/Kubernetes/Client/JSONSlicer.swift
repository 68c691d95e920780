import NIOCore

/// Finds the parts of a JSON text without reading them. It checks no more than it needs to find their ends: what it
/// finds is read by a real parser next.
struct JSONSlicer {
  /// The members of the outermost object, each with its value, whose bytes are those of `buffer`.
  ///
  /// - Throws: `badAnswer` for what is no object.
  static func members(of buffer: ByteBuffer) throws -> [(name: String, value: ByteBuffer)] {
    let members = try parts(of: buffer, open: UInt8(ascii: "{")) { scanner, start throws(JSONFault) in
      try scanner.members(start)
    }
    // Names of members that matter have no escapes: one that has is simply another name.
    return try members.map { (String(buffer: try slice(buffer, $0.name)), try slice(buffer, $0.value)) }
  }

  /// The elements of an array.
  ///
  /// - Throws: `badAnswer` for what is no array.
  static func elements(of buffer: ByteBuffer) throws -> [ByteBuffer] {
    let elements = try parts(of: buffer, open: UInt8(ascii: "[")) { scanner, start throws(JSONFault) in
      try scanner.elements(start)
    }
    return try elements.map { try slice(buffer, $0) }
  }

  private static func parts<Part>(
    of buffer: ByteBuffer, open: UInt8, _ find: (JSONScanner, Int) throws(JSONFault) -> [Part]
  ) throws -> [Part] {
    try buffer.withUnsafeReadableBytes { bytes in
      let scanner = JSONScanner(bytes: bytes)
      do throws(JSONFault) {
        let start = try scanner.start(from: 0)
        guard bytes[start] == open else { throw .malformed }
        return try find(scanner, start)
      } catch {
        throw malformed
      }
    }
  }

  private static func slice(_ buffer: ByteBuffer, _ range: Range<Int>) throws -> ByteBuffer {
    guard let slice = buffer.getSlice(at: buffer.readerIndex + range.lowerBound, length: range.count) else {
      throw malformed
    }
    return slice
  }

  private static var malformed: KubernetesError {
    KubernetesError(.badAnswer, "the API server's answer is not well-formed JSON; is there a proxy that cuts it short?")
  }
}
