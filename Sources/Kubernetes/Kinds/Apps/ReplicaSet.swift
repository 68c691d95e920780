/// So many pods of one template.
public struct ReplicaSet: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(group: "apps", plural: "replicasets", kind: "ReplicaSet")

  /// What the set is to be.
  public struct Spec: Sendable, Hashable, Codable {
    public var replicas: Int?
    public var minReadySeconds: Int?
    public var selector: LabelSelector?
    public var template: PodTemplateSpec?

    public init(
      replicas: Int? = nil, minReadySeconds: Int? = nil, selector: LabelSelector? = nil,
      template: PodTemplateSpec? = nil
    ) {
      self.replicas = replicas
      self.minReadySeconds = minReadySeconds
      self.selector = selector
      self.template = template
    }
  }

  /// How far it is.
  public struct Status: Sendable, Hashable, Codable {
    public var observedGeneration: Int?
    public var replicas: Int?
    public var fullyLabeledReplicas: Int?
    public var readyReplicas: Int?
    public var availableReplicas: Int?
    public var terminatingReplicas: Int?
    public var conditions: [Condition]?

    public init(
      observedGeneration: Int? = nil, replicas: Int? = nil, fullyLabeledReplicas: Int? = nil,
      readyReplicas: Int? = nil, availableReplicas: Int? = nil, terminatingReplicas: Int? = nil,
      conditions: [Condition]? = nil
    ) {
      self.observedGeneration = observedGeneration
      self.replicas = replicas
      self.fullyLabeledReplicas = fullyLabeledReplicas
      self.readyReplicas = readyReplicas
      self.availableReplicas = availableReplicas
      self.terminatingReplicas = terminatingReplicas
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
