/// Reads the value of a `Warning` header: `299 - "text"`, several with commas between, each with a date if it likes.
///
/// Source of the format: RFC 7234, section 5.5.
struct WarningReader {
  private var rest: ArraySlice<UInt8>

  init(_ value: String) { rest = Array(value.utf8)[...] }

  /// The text of the next warning; nil at the end, and where it is not well formed.
  mutating func next() -> String? {
    skip { $0 == UInt8(ascii: ",") || Self.isSpace($0) }
    let code = take { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard code.count == 3, skip(while: Self.isSpace) > 0 else { return stop() }
    let agent = take { !Self.isSpace($0) && $0 != UInt8(ascii: "\"") }
    guard !agent.isEmpty, skip(while: Self.isSpace) > 0, let text = quoted() else { return stop() }
    skip(while: Self.isSpace)
    if rest.first == UInt8(ascii: "\"") { _ = quoted() }
    return String(decoding: text, as: UTF8.self)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private mutating func stop() -> String? {
    rest = []
    return nil
  }

  @discardableResult
  private mutating func skip(while isSkipped: (UInt8) -> Bool) -> Int { take(while: isSkipped).count }

  private mutating func take(while isTaken: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let taken = rest.prefix(while: isTaken)
    rest = rest.dropFirst(taken.count)
    return taken
  }

  /// A quoted string, without its quotes and backslashes; nil if it does not end.
  private mutating func quoted() -> [UInt8]? {
    guard rest.popFirst() == UInt8(ascii: "\"") else { return nil }
    var text: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return text
      case UInt8(ascii: "\\"):
        guard let escaped = rest.popFirst() else { return nil }
        text.append(escaped)
      default: text.append(byte)
      }
    }
    return nil
  }
}
