/// Who holds something, and until when.
public struct Lease: KubernetesResource, CompleteObject, Hashable {
  public static let resource = ResourceType(group: "coordination.k8s.io", plural: "leases", kind: "Lease")

  /// The holder and its times, which have microseconds.
  public struct Spec: Sendable, Hashable, Codable {
    public var holderIdentity: String?
    public var leaseDurationSeconds: Int?
    public var acquireTime: Time?
    public var renewTime: Time?
    /// How often the holder changed.
    public var leaseTransitions: Int?
    public var strategy: String?
    public var preferredHolder: String?

    public init(
      holderIdentity: String? = nil, leaseDurationSeconds: Int? = nil, acquireTime: Time? = nil,
      renewTime: Time? = nil, leaseTransitions: Int? = nil, strategy: String? = nil,
      preferredHolder: String? = nil
    ) {
      self.holderIdentity = holderIdentity
      self.leaseDurationSeconds = leaseDurationSeconds
      self.acquireTime = acquireTime
      self.renewTime = renewTime
      self.leaseTransitions = leaseTransitions
      self.strategy = strategy
      self.preferredHolder = preferredHolder
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var spec: Spec?

  public init(_ metadata: ObjectMeta, spec: Spec? = nil) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.spec = spec
  }
}
