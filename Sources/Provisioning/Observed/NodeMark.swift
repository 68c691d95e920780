/// A label or taint that Muster has given a node: a line of `/var/lib/muster/marks` on the server that gave it.
public struct NodeMark: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable {
    case label, taint
  }

  public var kind: Kind
  public var node: String
  public var key: String
  /// Of a taint with its effect: `computation:NoSchedule`.
  public var value: String

  public init(_ kind: Kind, node: String, key: String, value: String) {
    self.kind = kind
    self.node = node
    self.key = key
    self.value = value
  }

  /// As it stands in the file, without its end.
  public var text: String { "\(kind.rawValue) \(node) \(key)=\(value)" }

  init?(_ text: Substring) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, let kind = Kind(rawValue: String(words[0])), MachinePath.isName(words[1]),
      let sign = words[2].firstIndex(of: "=")
    else { return nil }
    let key = words[2][..<sign]
    let value = words[2][words[2].index(after: sign)...]
    guard NodeWords.isKey(key), NodeWords.isValue(value) else { return nil }
    self.init(kind, node: String(words[1]), key: String(key), value: String(value))
  }
}
