/// What installs packages on a machine.
public enum PackageManager: String, Sendable, Hashable {
  /// Debian's, with dpkg beneath.
  case apt
  /// That of RHEL and what is made from it, with rpm beneath; also under its old name yum.
  case dnf

  /// Nil: the machine has neither.
  init?(_ facts: MachineFacts) {
    if facts.tools["apt-get"] != nil {
      self = .apt
    } else if facts.tools["dnf"] != nil || facts.tools["yum"] != nil {
      self = .dnf
    } else {
      return nil
    }
  }

  /// Whether a script may call a package so: Debian's names, and those of RPM, which have capital letters and underscores too.
  static func isName(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard (2...128).contains(bytes.count), let first = bytes.first, isLetterOrDigit(first) else { return false }
    return bytes.allSatisfy { isLetterOrDigit($0) || "+-._".utf8.contains($0) }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
  }
}
