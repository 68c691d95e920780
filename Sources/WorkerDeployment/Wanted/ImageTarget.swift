/// The image of the workers: where it is delivered, and where nodes pull it.
public struct ImageTarget: Sendable, Hashable {
  /// `HOST/REPO:client-STAGE` at `IMAGE_HOST`.
  public var delivered: String
  /// The same repository and tag at `IMAGE_HOST_ALIAS`; of an image of the user's own, that image.
  public var pulled: String
  /// The host from which nodes pull: for this one the pull secret is made.
  public var pullHost: String
  /// The image is the user's own: it is there already, nothing is built or delivered, and it starts by its own entry point.
  public var isOwn: Bool

  public init(delivered: String, pulled: String, pullHost: String, isOwn: Bool = false) {
    self.delivered = delivered
    self.pulled = pulled
    self.pullHost = pullHost
    self.isOwn = isOwn
  }
}
