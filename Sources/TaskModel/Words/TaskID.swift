/// A task's name: `[A-Za-z0-9][A-Za-z0-9._-]{0,127}`, the caller's own or generated.
public struct TaskID: Sendable, Hashable, CustomStringConvertible {
  public let text: String

  /// Nil if `text` does not have the form above. Being that narrow keeps an id safe as a file name, a label and a path of a URL.
  public init?(_ text: String) {
    guard TaskID.isWellFormed(text) else { return nil }
    self.text = text
  }

  /// For an id that was checked before, for example one that comes from the store.
  public init(trusted text: String) { self.text = text }

  public var description: String { text }

  /// The rule in words, for messages.
  public static let rule = "1 to 128 characters of A-Z a-z 0-9 . _ -, beginning with a letter or a digit"

  static func isWellFormed(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      guard let first = bytes.first, bytes.count <= 128, isAlphanumeric(first) else { return false }
      return bytes.allSatisfy { isAlphanumeric($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }
    }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
