/// Pods with fixed names and storage of their own.
public struct StatefulSet: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(group: "apps", plural: "statefulsets", kind: "StatefulSet")

  /// What the set is to be.
  public struct Spec: Sendable, Hashable, Codable {
    public var replicas: Int?
    public var selector: LabelSelector?
    public var template: PodTemplateSpec?
    public var volumeClaimTemplates: [PersistentVolumeClaim]?
    public var serviceName: String?
    public var podManagementPolicy: String?
    public var updateStrategy: UpdateStrategy?
    public var minReadySeconds: Int?
    public var revisionHistoryLimit: Int?
    public var persistentVolumeClaimRetentionPolicy: Retention?
    public var ordinals: Ordinals?

    public init(
      replicas: Int? = nil, selector: LabelSelector? = nil, template: PodTemplateSpec? = nil,
      volumeClaimTemplates: [PersistentVolumeClaim]? = nil, serviceName: String? = nil,
      podManagementPolicy: String? = nil, updateStrategy: UpdateStrategy? = nil, minReadySeconds: Int? = nil,
      revisionHistoryLimit: Int? = nil, persistentVolumeClaimRetentionPolicy: Retention? = nil,
      ordinals: Ordinals? = nil
    ) {
      self.replicas = replicas
      self.selector = selector
      self.template = template
      self.volumeClaimTemplates = volumeClaimTemplates
      self.serviceName = serviceName
      self.podManagementPolicy = podManagementPolicy
      self.updateStrategy = updateStrategy
      self.minReadySeconds = minReadySeconds
      self.revisionHistoryLimit = revisionHistoryLimit
      self.persistentVolumeClaimRetentionPolicy = persistentVolumeClaimRetentionPolicy
      self.ordinals = ordinals
    }
  }

  /// How pods are replaced.
  public struct UpdateStrategy: Sendable, Hashable, Codable {
    /// `RollingUpdate` or `OnDelete`.
    public var type: String?
    public var rollingUpdate: RollingUpdate?

    public init(type: String? = nil, rollingUpdate: RollingUpdate? = nil) {
      self.type = type
      self.rollingUpdate = rollingUpdate
    }
  }

  /// From which number on pods are replaced.
  public struct RollingUpdate: Sendable, Hashable, Codable {
    public var partition: Int?
    public var maxUnavailable: IntOrString?

    public init(partition: Int? = nil, maxUnavailable: IntOrString? = nil) {
      self.partition = partition
      self.maxUnavailable = maxUnavailable
    }
  }

  /// `Retain` or `Delete`, when the set goes or shrinks.
  public struct Retention: Sendable, Hashable, Codable {
    public var whenDeleted: String?
    public var whenScaled: String?

    public init(whenDeleted: String? = nil, whenScaled: String? = nil) {
      self.whenDeleted = whenDeleted
      self.whenScaled = whenScaled
    }
  }

  /// The first pod's number.
  public struct Ordinals: Sendable, Hashable, Codable {
    public var start: Int?

    public init(start: Int? = nil) {
      self.start = start
    }
  }

  /// How far it is.
  public struct Status: Sendable, Hashable, Codable {
    public var observedGeneration: Int?
    public var replicas: Int?
    public var readyReplicas: Int?
    public var currentReplicas: Int?
    public var updatedReplicas: Int?
    public var availableReplicas: Int?
    public var currentRevision: String?
    public var updateRevision: String?
    public var collisionCount: Int?
    public var conditions: [Condition]?

    public init(
      observedGeneration: Int? = nil, replicas: Int? = nil, readyReplicas: Int? = nil,
      currentReplicas: Int? = nil, updatedReplicas: Int? = nil, availableReplicas: Int? = nil,
      currentRevision: String? = nil, updateRevision: String? = nil, collisionCount: Int? = nil,
      conditions: [Condition]? = nil
    ) {
      self.observedGeneration = observedGeneration
      self.replicas = replicas
      self.readyReplicas = readyReplicas
      self.currentReplicas = currentReplicas
      self.updatedReplicas = updatedReplicas
      self.availableReplicas = availableReplicas
      self.currentRevision = currentRevision
      self.updateRevision = updateRevision
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
