import MusterCore

/// A file that a machine shall have, owned by root.
public struct WantedFile: Sendable, Equatable {
  public enum Content: Sendable, Equatable {
    case bytes(Secret<[UInt8]>)
    case artifact(BundleArtifact)
  }

  public var path: String
  public var content: Content
  /// Permission bits: 0o644.
  public var mode: Int
  /// Bytes.
  public var size: Int
  /// SHA-256 in lower-case hexadecimal digits.
  public var digest: String
  /// Whether k3s reads it only when it starts.
  public var isReadAtStart: Bool
  /// For people: "the images of k3s".
  public var purpose: String

  public init(_ path: String, text: String, mode: Int = 0o644, isReadAtStart: Bool = false, purpose: String) {
    let bytes = Array(text.utf8)
    self.path = path
    content = .bytes(Secret(bytes))
    self.mode = mode
    size = bytes.count
    digest = FileDigest.text(bytes)
    self.isReadAtStart = isReadAtStart
    self.purpose = purpose
  }

  public init(
    _ path: String, _ artifact: BundleArtifact, mode: Int = 0o644, isReadAtStart: Bool = false, purpose: String
  ) {
    self.path = path
    content = .artifact(artifact)
    self.mode = mode
    size = artifact.size
    digest = artifact.digest
    self.isReadAtStart = isReadAtStart
    self.purpose = purpose
  }
}
