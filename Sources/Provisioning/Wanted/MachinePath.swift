/// What may stand in a script without meaning anything there.
public enum MachinePath {
  /// Absolute, of letters, digits and `._+~%@,=:-`, without `.` and `..` as a part.
  public static func isPlain(_ path: String) -> Bool {
    guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count <= 4096 else { return false }
    return path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
      !part.isEmpty && part != "." && part != ".." && isPlainText(part)
    }
  }

  /// A name of a package, module, sysctl or service.
  static func isName(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.count <= 256 && !text.hasPrefix("-") && isPlainText(text)
  }

  /// A value of a sysctl: words between blanks.
  static func isValue(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.count <= 1024 && text.split(separator: " ").allSatisfy { isPlainText($0) }
  }

  private static func isPlainText(_ text: some StringProtocol) -> Bool {
    text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "._+~%@,=:-".utf8.contains(byte)
    }
  }
}
