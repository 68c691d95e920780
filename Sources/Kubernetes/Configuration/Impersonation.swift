/// As whom a client wants to be treated: the server asks whether it may, and then decides as for that user.
public struct Impersonation: Sendable, Hashable {
  /// Nil leaves the user's name alone.
  public var user: String?
  public var uid: String?
  public var groups: [String]
  public var extra: [String: [String]]

  public init(user: String?, uid: String? = nil, groups: [String] = [], extra: [String: [String]] = [:]) {
    self.user = user
    self.uid = uid
    self.groups = groups
    self.extra = extra
  }

  /// The headers that say so, in a fixed order: `Impersonate-User`, `-Uid`, `-Group`, `-Extra-*`.
  public var headers: [(name: String, value: String)] {
    var headers: [(name: String, value: String)] = []
    if let user { headers.append(("Impersonate-User", user)) }
    if let uid { headers.append(("Impersonate-Uid", uid)) }
    headers += groups.map { ("Impersonate-Group", $0) }
    for (key, values) in extra.sorted(by: { $0.key < $1.key }) {
      headers += values.map { ("Impersonate-Extra-\(Self.escaped(key))", $0) }
    }
    return headers
  }

  /// Keys become part of a header's name: what may not stand there is percent-escaped, as the server undoes.
  private static func escaped(_ key: String) -> String {
    var result = ""
    for byte in key.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }
}
