import OCIImages

/// An image that Muster has built and delivered: where to, and which. Kept on the ConfigMap, in its annotation
/// ``WorkerNames/delivered``, so that a teardown knows it on whichever machine.
public struct DeliveredImage: Sendable, Hashable, CustomStringConvertible {
  public let reference: ImageReference
  let tag: String
  let digest: Digest

  /// `HOST/REPO:TAG@sha256:…`; nil for anything else.
  public init?(_ text: String) {
    guard text.utf8.count <= 1024, let reference = try? ImageReference(text), let tag = reference.tag,
      let digest = reference.digest
    else { return nil }
    self.reference = reference
    self.tag = tag
    self.digest = digest
  }

  public var description: String { "\(reference)" }
  /// Without the digest.
  public var name: String { "\(reference.registry)/\(reference.repository):\(tag)" }
}
