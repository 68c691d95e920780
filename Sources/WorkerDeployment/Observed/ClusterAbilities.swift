import Kubernetes

/// What differs between servers, and decides what is made.
public struct ClusterAbilities: Sendable, Hashable {
  /// Of `policy/v1` (from 1.21 on) or `policy/v1beta1`; nil: the server has neither.
  public var disruptionBudgets: ResourceType?
  /// Of `discovery.k8s.io/v1` or `v1beta1`; nil: the server has neither.
  public var endpointSlices: ResourceType?
  /// The server copies Endpoints into slices by itself (the EndpointSliceMirroring controller, from 1.19 on).
  public var mirrorsEndpoints = true
  /// `1.20`, for people.
  public var version = ""

  public init() {}
}
