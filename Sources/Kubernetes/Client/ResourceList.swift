/// Objects as they were together at one moment, or a part of them.
public struct ResourceList<Object: KubernetesObject>: Sendable {
  public var items: [Object]
  /// The moment; a watch from it misses nothing.
  public var resourceVersion: String
  /// Where the next part begins; nil at the end. Good for some minutes.
  public var continueToken: String?
  /// About how many come after this part; servers that are asked with a selector do not say.
  public var remaining: Int?
  /// Whether a list begins with this part. The second time in one reading, the server had forgotten the moment of the
  /// first: forget what came before.
  public var isFirst: Bool

  public init(
    items: [Object], resourceVersion: String, continueToken: String? = nil, remaining: Int? = nil, isFirst: Bool = true
  ) {
    self.items = items
    self.resourceVersion = resourceVersion
    self.continueToken = continueToken
    self.remaining = remaining
    self.isFirst = isFirst
  }
}
