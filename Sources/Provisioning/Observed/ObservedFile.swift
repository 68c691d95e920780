/// What is at a path of a machine.
public struct ObservedFile: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    case regular, directory, link, other
  }

  public var kind: Kind
  /// Permission bits.
  public var mode: Int
  public var user: Int
  public var group: Int
  /// Bytes.
  public var size: Int
  /// Of a regular file: SHA-256 in lower-case hexadecimal digits; nil if it could not be read.
  public var digest: String?

  public init(_ kind: Kind, mode: Int, user: Int = 0, group: Int = 0, size: Int = 0, digest: String? = nil) {
    self.kind = kind
    self.mode = mode
    self.user = user
    self.group = group
    self.size = size
    self.digest = digest
  }
}
