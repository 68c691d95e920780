import MusterCore

/// What the cluster shall be like, as far as checks depend on it.
public struct CheckOptions: Sendable, Hashable {
  /// Systems that are not supported are warned of, not refused.
  public var isForced: Bool
  /// Where the private registry of images listens on machines of the group `registry`; nil: there is none.
  public var registryPort: Int?
  /// Whether the machines give each other images (k3s's embedded registry), on 5001.
  public var sharesImages: Bool
  public var podNetwork: String
  public var serviceNetwork: String

  public init(
    isForced: Bool = false, registryPort: Int? = nil, sharesImages: Bool = false, podNetwork: String = "10.42.0.0/16",
    serviceNetwork: String = "10.43.0.0/16"
  ) {
    self.isForced = isForced
    self.registryPort = registryPort
    self.sharesImages = sharesImages
    self.podNetwork = podNetwork
    self.serviceNetwork = serviceNetwork
  }
}
