/// A wish for storage, and what became of it.
public struct PersistentVolumeClaim: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(plural: "persistentvolumeclaims", kind: "PersistentVolumeClaim")

  /// What is wished for.
  public struct Spec: Sendable, Hashable, Codable {
    public var accessModes: [String]?
    public var selector: LabelSelector?
    public var resources: Container.Resources?
    public var volumeName: String?
    public var storageClassName: String?
    public var volumeMode: String?
    public var volumeAttributesClassName: String?
    public var dataSource: JSONValue?
    public var dataSourceRef: JSONValue?

    public init(
      accessModes: [String]? = nil, selector: LabelSelector? = nil, resources: Container.Resources? = nil,
      volumeName: String? = nil, storageClassName: String? = nil, volumeMode: String? = nil,
      volumeAttributesClassName: String? = nil, dataSource: JSONValue? = nil, dataSourceRef: JSONValue? = nil
    ) {
      self.accessModes = accessModes
      self.selector = selector
      self.resources = resources
      self.volumeName = volumeName
      self.storageClassName = storageClassName
      self.volumeMode = volumeMode
      self.volumeAttributesClassName = volumeAttributesClassName
      self.dataSource = dataSource
      self.dataSourceRef = dataSourceRef
    }
  }

  /// What there is.
  public struct Status: Sendable, Hashable, Codable {
    /// `Pending`, `Bound` or `Lost`.
    public var phase: String?
    public var accessModes: [String]?
    public var capacity: [String: Quantity]?
    public var conditions: [Condition]?

    public init(
      phase: String? = nil, accessModes: [String]? = nil, capacity: [String: Quantity]? = nil,
      conditions: [Condition]? = nil
    ) {
      self.phase = phase
      self.accessModes = accessModes
      self.capacity = capacity
      self.conditions = conditions
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var spec: Spec?
  public var status: Status?

  public init(_ metadata: ObjectMeta, spec: Spec? = nil, status: Status? = nil) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }
}
