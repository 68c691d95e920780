/// What the parts of an image's name may be made of.
///
/// Source: OCI distribution specification, "Pulling manifests" (`<name>`, `<reference>`).
enum ReferenceGrammar {
  static let maximumTag = 128
  /// Host and repository together, as registries commonly limit it.
  static let maximumName = 255

  /// Small letters and digits; within them `.`, `_`, `__` or any number of `-`; components between slashes.
  static func isRepository(_ text: some StringProtocol) -> Bool {
    guard !text.isEmpty, text.utf8.count <= maximumName else { return false }
    return text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { isComponent($0.utf8) }
  }

  /// A letter, digit or `_`, then up to 127 of these, `.` and `-`.
  static func isTag(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= maximumTag else { return false }
    return isWord(first) && text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
  }

  /// A name or address, and a port from 1 to 65535 after a colon or none; an IPv6 address stands in brackets.
  static func isRegistry(_ text: some StringProtocol) -> Bool {
    guard text.utf8.count <= maximumName else { return false }
    var host = text[...]
    if host.hasPrefix("[") {
      guard let end = host.firstIndex(of: "]") else { return false }
      let address = host[host.index(after: host.startIndex)..<end]
      let isAddress = address.utf8.allSatisfy {
        isHexadecimal($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
      }
      let rest = host[host.index(after: end)...]
      return isAddress && address.contains(":") && (rest.isEmpty || rest.hasPrefix(":") && isPort(rest.dropFirst()))
    }
    if let colon = host.firstIndex(of: ":") {
      guard isPort(host[host.index(after: colon)...]) else { return false }
      host = host[..<colon]
    }
    return !host.isEmpty && host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel($0.utf8) }
  }

  /// Whether the first component of a name is meant as a registry and not as the start of a repository.
  static func looksLikeRegistry(_ component: some StringProtocol) -> Bool {
    component == "localhost" || component.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }
  }

  private static func isComponent(_ text: Substring.UTF8View) -> Bool { isComponent(Array(text)) }

  private static func isComponent(_ bytes: some Collection<UInt8>) -> Bool {
    var separator: [UInt8] = []
    var isFirst = true
    for byte in bytes {
      if isSmall(byte) {
        guard separator.isEmpty || !isFirst && isSeparator(separator) else { return false }
        separator = []
        isFirst = false
      } else {
        separator.append(byte)
      }
    }
    return !isFirst && separator.isEmpty
  }

  private static func isSeparator(_ bytes: [UInt8]) -> Bool {
    bytes == [UInt8(ascii: ".")] || bytes == [UInt8(ascii: "_")] || bytes == [UInt8(ascii: "_"), UInt8(ascii: "_")]
      || bytes.allSatisfy { $0 == UInt8(ascii: "-") }
  }

  private static func isLabel(_ bytes: some Collection<UInt8>) -> Bool {
    let bytes = Array(bytes)
    guard let first = bytes.first, let last = bytes.last else { return false }
    return bytes.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") } && isLetterOrDigit(first)
      && isLetterOrDigit(last)
  }

  private static func isPort(_ text: some StringProtocol) -> Bool {
    guard text.utf8.count <= 5, text.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(text) else {
      return false
    }
    return (1...65_535).contains(port)
  }

  private static func isSmall(_ byte: UInt8) -> Bool { (97...122).contains(byte) || (48...57).contains(byte) }
  private static func isLetterOrDigit(_ byte: UInt8) -> Bool { isSmall(byte) || (65...90).contains(byte) }
  private static func isWord(_ byte: UInt8) -> Bool { isLetterOrDigit(byte) || byte == UInt8(ascii: "_") }
  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...102).contains(byte) || (65...70).contains(byte)
  }
}
