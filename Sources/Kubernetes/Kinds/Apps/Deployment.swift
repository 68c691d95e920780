/// Pods that are replaced little by little when their template changes.
public struct Deployment: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(group: "apps", plural: "deployments", kind: "Deployment")

  /// What the deployment is to be.
  public struct Spec: Sendable, Hashable, Codable {
    public var replicas: Int?
    public var selector: LabelSelector?
    public var template: PodTemplateSpec?
    public var strategy: Strategy?
    public var minReadySeconds: Int?
    public var revisionHistoryLimit: Int?
    public var progressDeadlineSeconds: Int?
    public var paused: Bool?

    public init(
      replicas: Int? = nil, selector: LabelSelector? = nil, template: PodTemplateSpec? = nil,
      strategy: Strategy? = nil, minReadySeconds: Int? = nil, revisionHistoryLimit: Int? = nil,
      progressDeadlineSeconds: Int? = nil, paused: Bool? = nil
    ) {
      self.replicas = replicas
      self.selector = selector
      self.template = template
      self.strategy = strategy
      self.minReadySeconds = minReadySeconds
      self.revisionHistoryLimit = revisionHistoryLimit
      self.progressDeadlineSeconds = progressDeadlineSeconds
      self.paused = paused
    }
  }

  /// How pods are replaced.
  public struct Strategy: Sendable, Hashable, Codable {
    /// `RollingUpdate` or `Recreate`.
    public var type: String?
    public var rollingUpdate: RollingUpdate?

    public init(type: String? = nil, rollingUpdate: RollingUpdate? = nil) {
      self.type = type
      self.rollingUpdate = rollingUpdate
    }
  }

  /// How many pods may be missing or too many meanwhile.
  public struct RollingUpdate: Sendable, Hashable, Codable {
    public var maxUnavailable: IntOrString?
    public var maxSurge: IntOrString?

    public init(maxUnavailable: IntOrString? = nil, maxSurge: IntOrString? = nil) {
      self.maxUnavailable = maxUnavailable
      self.maxSurge = maxSurge
    }
  }

  /// How far it is.
  public struct Status: Sendable, Hashable, Codable {
    public var observedGeneration: Int?
    public var replicas: Int?
    public var updatedReplicas: Int?
    public var readyReplicas: Int?
    public var availableReplicas: Int?
    public var unavailableReplicas: Int?
    public var terminatingReplicas: Int?
    public var collisionCount: Int?
    public var conditions: [Condition]?

    public init(
      observedGeneration: Int? = nil, replicas: Int? = nil, updatedReplicas: Int? = nil,
      readyReplicas: Int? = nil, availableReplicas: Int? = nil, unavailableReplicas: Int? = nil,
      terminatingReplicas: Int? = nil, collisionCount: Int? = nil, conditions: [Condition]? = nil
    ) {
      self.observedGeneration = observedGeneration
      self.replicas = replicas
      self.updatedReplicas = updatedReplicas
      self.readyReplicas = readyReplicas
      self.availableReplicas = availableReplicas
      self.unavailableReplicas = unavailableReplicas
      self.terminatingReplicas = terminatingReplicas
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
