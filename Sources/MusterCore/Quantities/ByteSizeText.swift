/// Sizes in bytes as people write them in settings: `512MiB`, `1.5Gi`, `4GB`; a plain number is bytes.
///
/// As in Kubernetes, `K M G T` (with or without `B`) are powers of 1000 and `Ki Mi Gi Ti` powers of 1024. Case does not
/// matter.
public enum ByteSizeText {
  private static let units: [(name: String, bytes: UInt64)] = [
    ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ("Ti", 1 << 40), ("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10),
    ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000),
    ("T", 1_000_000_000_000), ("G", 1_000_000_000), ("M", 1_000_000), ("K", 1000), ("B", 1), ("", 1),
  ]
  /// Keeps every size within a signed 64-bit integer, which is what SQLite and PostgreSQL store.
  private static let largest = UInt64(Int64.max)

  /// Parses a size of 0 to 2^63 - 1 bytes. A fraction of a byte is cut.
  ///
  /// - Throws: ``QuantityError``.
  public static func parse(_ text: String) throws(QuantityError) -> UInt64 {
    var scanner = QuantityScanner(text)
    scanner.skipBlanks()
    if scanner.isAtEnd { throw error(text, "it is empty") }
    guard let number = scanner.number() else {
      throw error(text, "it does not begin with a number of at most 18 digits")
    }
    scanner.skipBlanks()
    let unit = scanner.letters()
    scanner.skipBlanks()
    guard scanner.isAtEnd else { throw error(text, "something follows after the unit") }
    guard let bytes = units.first(where: { $0.name.lowercased() == unit.lowercased() })?.bytes else {
      throw error(text, "there is no unit '\(unit)'")
    }
    guard let size = number.scaled(by: bytes), size <= largest else { throw error(text, "it is over 8 EiB") }
    return size
  }

  /// The shortest exact form that ``parse(_:)`` reads back: `16MiB`, `1000`.
  public static func text(_ bytes: UInt64) -> String {
    guard bytes > 0, let unit = units.prefix(4).first(where: { bytes % $0.bytes == 0 }) else { return "\(bytes)" }
    return "\(bytes / unit.bytes)\(unit.name)"
  }

  private static func error(_ text: String, _ reason: String) -> QuantityError {
    QuantityError(
      code: .notSize, given: text,
      message: "'\(text)' is not a size: \(reason); write for example 64MiB, 1.5Gi, 4GB or a number of bytes")
  }
}
