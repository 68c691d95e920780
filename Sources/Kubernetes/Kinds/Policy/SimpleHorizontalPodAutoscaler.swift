/// How many pods there are to be, by their use of CPU: what every server has.
public struct SimpleHorizontalPodAutoscaler: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(
    group: "autoscaling", plural: "horizontalpodautoscalers", kind: "HorizontalPodAutoscaler")

  /// What is scaled, and to which use.
  public struct Spec: Sendable, Hashable, Codable {
    public var scaleTargetRef: HorizontalPodAutoscaler.Target
    public var minReplicas: Int?
    public var maxReplicas: Int
    public var targetCPUUtilizationPercentage: Int?

    public init(
      scaleTargetRef: HorizontalPodAutoscaler.Target, maxReplicas: Int, minReplicas: Int? = nil,
      targetCPUUtilizationPercentage: Int? = nil
    ) {
      self.scaleTargetRef = scaleTargetRef
      self.minReplicas = minReplicas
      self.maxReplicas = maxReplicas
      self.targetCPUUtilizationPercentage = targetCPUUtilizationPercentage
    }
  }

  /// What there is now.
  public struct Status: Sendable, Hashable, Codable {
    public var observedGeneration: Int?
    public var lastScaleTime: Time?
    public var currentReplicas: Int?
    public var desiredReplicas: Int?
    public var currentCPUUtilizationPercentage: Int?

    public init(
      observedGeneration: Int? = nil, lastScaleTime: Time? = nil, currentReplicas: Int? = nil,
      desiredReplicas: Int? = nil, currentCPUUtilizationPercentage: Int? = nil
    ) {
      self.observedGeneration = observedGeneration
      self.lastScaleTime = lastScaleTime
      self.currentReplicas = currentReplicas
      self.desiredReplicas = desiredReplicas
      self.currentCPUUtilizationPercentage = currentCPUUtilizationPercentage
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
