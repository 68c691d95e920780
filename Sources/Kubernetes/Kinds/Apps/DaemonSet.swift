/// One pod on each node.
public struct DaemonSet: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(group: "apps", plural: "daemonsets", kind: "DaemonSet")

  /// What the set is to be.
  public struct Spec: Sendable, Hashable, Codable {
    public var selector: LabelSelector?
    public var template: PodTemplateSpec?
    public var updateStrategy: Deployment.Strategy?
    public var minReadySeconds: Int?
    public var revisionHistoryLimit: Int?

    public init(
      selector: LabelSelector? = nil, template: PodTemplateSpec? = nil,
      updateStrategy: Deployment.Strategy? = nil, minReadySeconds: Int? = nil, revisionHistoryLimit: Int? = nil
    ) {
      self.selector = selector
      self.template = template
      self.updateStrategy = updateStrategy
      self.minReadySeconds = minReadySeconds
      self.revisionHistoryLimit = revisionHistoryLimit
    }
  }

  /// How far it is.
  public struct Status: Sendable, Hashable, Codable {
    public var observedGeneration: Int?
    public var currentNumberScheduled: Int?
    public var desiredNumberScheduled: Int?
    public var numberMisscheduled: Int?
    public var numberReady: Int?
    public var updatedNumberScheduled: Int?
    public var numberAvailable: Int?
    public var numberUnavailable: Int?
    public var collisionCount: Int?
    public var conditions: [Condition]?

    public init(
      observedGeneration: Int? = nil, currentNumberScheduled: Int? = nil, desiredNumberScheduled: Int? = nil,
      numberMisscheduled: Int? = nil, numberReady: Int? = nil, updatedNumberScheduled: Int? = nil,
      numberAvailable: Int? = nil, numberUnavailable: Int? = nil, collisionCount: Int? = nil,
      conditions: [Condition]? = nil
    ) {
      self.observedGeneration = observedGeneration
      self.currentNumberScheduled = currentNumberScheduled
      self.desiredNumberScheduled = desiredNumberScheduled
      self.numberMisscheduled = numberMisscheduled
      self.numberReady = numberReady
      self.updatedNumberScheduled = updatedNumberScheduled
      self.numberAvailable = numberAvailable
      self.numberUnavailable = numberUnavailable
      self.collisionCount = collisionCount
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
