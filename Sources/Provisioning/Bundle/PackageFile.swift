/// A Debian package by the name of its file: `conntrack_1.4.7-1+b2_amd64.deb`.
public struct PackageFile: Sendable, Hashable {
  public let name: String
  public let version: String
  /// Debian's word: `amd64`, `all`.
  public let architecture: String

  /// Nil if the file is not named as apt and dpkg name it. `%3a` stands for the colon of an epoch.
  public init?(fileName: String) {
    guard fileName.hasSuffix(".deb") else { return nil }
    let parts = fileName.dropLast(4).split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }), Self.isName(parts[0]) else { return nil }
    name = parts[0]
    version = Self.withColons(parts[1])
    architecture = parts[2]
  }

  private static func withColons(_ text: String) -> String {
    text.split(separator: "%", omittingEmptySubsequences: false).enumerated().map { index, part in
      if index > 0, part.hasPrefix("3a") || part.hasPrefix("3A") { return ":" + part.dropFirst(2) }
      return (index > 0 ? "%" : "") + part
    }.joined()
  }

  /// Debian policy 5.6.1: lower-case letters, digits, `+`, `-`, `.`; begins with a letter or digit.
  static func isName(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count >= 2, let first = bytes.first, isLetterOrDigit(first) else { return false }
    return bytes.allSatisfy { isLetterOrDigit($0) || [0x2B, 0x2D, 0x2E].contains($0) }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
  }
}
