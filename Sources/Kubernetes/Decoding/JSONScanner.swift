/// Goes through a JSON text without taking it in: finds where values begin and end.
///
/// It checks no more than it needs for that, and never reads outside of its bytes; what it passes over may be malformed.
struct JSONScanner {
  /// Where a member of an object stands: its name between the quotes, and the first byte of its value.
  struct Member {
    var name: Range<Int>
    var value: Int
  }

  let bytes: UnsafeRawBufferPointer

  /// The first byte at or after `position` that is not blank.
  ///
  /// - Throws: ``JSONFault`` at the end.
  func start(from position: Int) throws(JSONFault) -> Int {
    var position = position
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return position
      }
    }
    throw .malformed
  }

  /// Behind the value that begins at `start`. Without recursion, so that depth costs nothing.
  func end(of start: Int) throws(JSONFault) -> Int {
    var position = start
    var depth = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position = try endOfString(position)
        if depth == 0 { return position }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return try scalar(start, position) }
        depth -= 1
        position += 1
        if depth == 0 { return position }
      case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09:
        if depth == 0 { return try scalar(start, position) }
        position += 1
      default: position += 1
      }
    }
    guard depth == 0 else { throw .malformed }
    return try scalar(start, position)
  }

  /// Behind the closing quote of the string whose opening one is at `start`.
  func endOfString(_ start: Int) throws(JSONFault) -> Int {
    var position = start + 1
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""): return position + 1
      case UInt8(ascii: "\\"): position += 2
      default: position += 1
      }
    }
    throw .malformed
  }

  private func scalar(_ start: Int, _ end: Int) throws(JSONFault) -> Int {
    guard end > start else { throw .malformed }
    return end
  }

  /// The members of the object that begins at `start`.
  func members(_ start: Int) throws(JSONFault) -> [Member] {
    var members: [Member] = []
    var position = try self.start(from: start + 1)
    if bytes[position] == UInt8(ascii: "}") { return members }
    members.reserveCapacity(8)
    while true {
      guard bytes[position] == UInt8(ascii: "\"") else { throw .malformed }
      let nameEnd = try endOfString(position)
      let name = position + 1..<nameEnd - 1
      position = try self.start(from: nameEnd)
      guard bytes[position] == UInt8(ascii: ":") else { throw .malformed }
      let value = try self.start(from: position + 1)
      members.append(Member(name: name, value: value))
      guard let next = try next(after: try end(of: value), closing: UInt8(ascii: "}")) else { return members }
      position = next
    }
  }

  /// Where the elements of the array that begins at `start` begin.
  func elements(_ start: Int) throws(JSONFault) -> [Int] {
    var elements: [Int] = []
    var position = try self.start(from: start + 1)
    if bytes[position] == UInt8(ascii: "]") { return elements }
    while true {
      elements.append(position)
      guard let next = try next(after: try end(of: position), closing: UInt8(ascii: "]")) else { return elements }
      position = next
    }
  }

  /// The beginning of what comes after a comma; nil at the closing bracket.
  private func next(after end: Int, closing: UInt8) throws(JSONFault) -> Int? {
    let position = try start(from: end)
    if bytes[position] == closing { return nil }
    guard bytes[position] == UInt8(ascii: ",") else { throw .malformed }
    return try start(from: position + 1)
  }
}

/// Why bytes cannot be read as JSON.
enum JSONFault: Error {
  case malformed
}
