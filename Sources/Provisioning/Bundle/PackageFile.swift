/// A package by the name of its file: `conntrack_1.4.7-1+b2_amd64.deb`, `k3s-selinux-1.6-1.el9.noarch.rpm`.
public struct PackageFile: Sendable, Hashable {
  public let name: String
  /// Of an RPM with its release: `1.6-1.el9`.
  public let version: String
  /// Debian's word, `amd64`, `all`; or RPM's, `x86_64`, `noarch`.
  public let architecture: String
  /// What installs it.
  public let manager: PackageManager

  /// Nil if the file is not named as apt and dpkg, or dnf and rpm, name it. In Debian's, `%3a` stands for the colon of an epoch.
  public init?(fileName: String) {
    let isRPM = fileName.hasSuffix(".rpm")
    guard let parts = isRPM ? Self.partsOfRPM(fileName.dropLast(4)) : Self.partsOfDeb(fileName) else { return nil }
    name = parts[0]
    version = parts[1]
    architecture = parts[2]
    manager = isRPM ? .dnf : .apt
  }

  /// Whether an installed package is of this file's version. Mirrors leave the epoch out of the names of Debian's files.
  func isVersion(_ installed: String) -> Bool {
    guard manager == .apt, !version.contains(":"), let colon = installed.firstIndex(of: ":") else {
      return installed == version
    }
    return installed[installed.index(after: colon)...] == version
  }

  private static func partsOfDeb(_ fileName: String) -> [String]? {
    guard fileName.hasSuffix(".deb") else { return nil }
    let parts = fileName.dropLast(4).split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }), isName(parts[0]) else { return nil }
    return [parts[0], withColons(parts[1]), parts[2]]
  }

  private static func partsOfRPM(_ stem: Substring) -> [String]? {
    guard let dot = stem.lastIndex(of: "."), stem.index(after: dot) < stem.endIndex else { return nil }
    let parts = stem[..<dot].split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    let name = parts.dropLast(2).joined(separator: "-")
    guard PackageManager.isName(name) else { return nil }
    return [name, parts.suffix(2).joined(separator: "-"), String(stem[stem.index(after: dot)...])]
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
