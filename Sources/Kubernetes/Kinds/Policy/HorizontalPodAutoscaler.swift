/// How many pods there are to be, by their load.
public struct HorizontalPodAutoscaler: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(
    group: "autoscaling", version: "v2", plural: "horizontalpodautoscalers", kind: "HorizontalPodAutoscaler")
  /// As older servers have it.
  public static let v2beta2 = ResourceType(
    group: "autoscaling", version: "v2beta2", plural: "horizontalpodautoscalers", kind: "HorizontalPodAutoscaler")

  /// What is scaled, and by what.
  public struct Spec: Sendable, Hashable, Codable {
    public var scaleTargetRef: Target
    public var minReplicas: Int?
    public var maxReplicas: Int
    public var metrics: [Metric]?
    public var behavior: JSONValue?

    public init(
      scaleTargetRef: Target, maxReplicas: Int, minReplicas: Int? = nil, metrics: [Metric]? = nil,
      behavior: JSONValue? = nil
    ) {
      self.scaleTargetRef = scaleTargetRef
      self.minReplicas = minReplicas
      self.maxReplicas = maxReplicas
      self.metrics = metrics
      self.behavior = behavior
    }
  }

  /// What has a scale.
  public struct Target: Sendable, Hashable, Codable {
    public var apiVersion: String?
    public var kind: String
    public var name: String

    public init(kind: String, name: String, apiVersion: String? = nil) {
      self.apiVersion = apiVersion
      self.kind = kind
      self.name = name
    }
  }

  /// What is measured, and what it is to be.
  public struct Metric: Sendable, Hashable, Codable {
    /// `Resource`, `Pods`, `Object`, `External` or `ContainerResource`.
    public var type: String
    public var resource: Resource?
    public var pods: JSONValue?
    public var object: JSONValue?
    public var external: JSONValue?
    public var containerResource: JSONValue?

    public init(
      type: String, resource: Resource? = nil, pods: JSONValue? = nil, object: JSONValue? = nil,
      external: JSONValue? = nil, containerResource: JSONValue? = nil
    ) {
      self.type = type
      self.resource = resource
      self.pods = pods
      self.object = object
      self.external = external
      self.containerResource = containerResource
    }
  }

  /// The pods' use of `cpu` or `memory`.
  public struct Resource: Sendable, Hashable, Codable {
    public var name: String
    public var target: Goal

    public init(name: String, target: Goal) {
      self.name = name
      self.target = target
    }
  }

  /// What a metric is to be.
  public struct Goal: Sendable, Hashable, Codable {
    /// `Utilization`, `AverageValue` or `Value`.
    public var type: String
    public var averageUtilization: Int?
    public var averageValue: Quantity?
    public var value: Quantity?

    public init(type: String, averageUtilization: Int? = nil, averageValue: Quantity? = nil, value: Quantity? = nil) {
      self.type = type
      self.averageUtilization = averageUtilization
      self.averageValue = averageValue
      self.value = value
    }
  }

  /// What there is now.
  public struct Status: Sendable, Hashable, Codable {
    public var observedGeneration: Int?
    public var lastScaleTime: Time?
    public var currentReplicas: Int?
    public var desiredReplicas: Int?
    public var currentMetrics: [JSONValue]?
    public var conditions: [Condition]?

    public init(
      observedGeneration: Int? = nil, lastScaleTime: Time? = nil, currentReplicas: Int? = nil,
      desiredReplicas: Int? = nil, currentMetrics: [JSONValue]? = nil, conditions: [Condition]? = nil
    ) {
      self.observedGeneration = observedGeneration
      self.lastScaleTime = lastScaleTime
      self.currentReplicas = currentReplicas
      self.desiredReplicas = desiredReplicas
      self.currentMetrics = currentMetrics
      self.conditions = conditions
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var spec: Spec?
  public var status: Status?

  /// - Parameter type: the version in which it is written, the one that the server has.
  public init(
    _ metadata: ObjectMeta, as type: ResourceType = HorizontalPodAutoscaler.resource, spec: Spec? = nil,
    status: Status? = nil
  ) {
    apiVersion = type.apiVersion
    kind = type.kind
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }
}
