/// The operating system, as `/etc/os-release` has it.
public struct SystemRelease: Sendable, Hashable {
  /// `debian`, `ubuntu`, `rocky`; empty if it is not said.
  public var id: String
  /// `12`, `24.04`, `9.5`; empty for rolling ones.
  public var version: String
  /// Ids of the systems that it is like.
  public var like: [String]
  /// For people: `Debian GNU/Linux 12 (bookworm)`.
  public var name: String
  /// What its sources of packages call it: `bookworm`; empty if it is not said.
  public var codename: String

  public init(id: String, version: String, like: [String] = [], name: String = "", codename: String = "") {
    self.id = id
    self.version = version
    self.like = like
    self.name = name
    self.codename = codename
  }

  /// What people call it.
  public var text: String {
    if !name.isEmpty { return name }
    let text = [id, version].filter { !$0.isEmpty }.joined(separator: " ")
    return text.isEmpty ? "an unknown system" : text
  }

  /// The parts of the version as numbers: `24.04` is 24 and 4; empty if it does not begin with a number.
  var numbers: [Int] {
    var numbers: [Int] = []
    for part in version.split(separator: ".", omittingEmptySubsequences: false) {
      guard let number = Int(part), number >= 0 else { break }
      numbers.append(number)
    }
    return numbers
  }
}
