/// How many pods must stay while others are moved away.
public struct PodDisruptionBudget: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(
    group: "policy", plural: "poddisruptionbudgets", kind: "PodDisruptionBudget")
  /// As older servers have it.
  public static let v1beta1 = ResourceType(
    group: "policy", version: "v1beta1", plural: "poddisruptionbudgets", kind: "PodDisruptionBudget")

  /// For which pods, and how many.
  public struct Spec: Sendable, Hashable, Codable {
    public var minAvailable: IntOrString?
    public var maxUnavailable: IntOrString?
    public var selector: LabelSelector?
    public var unhealthyPodEvictionPolicy: String?

    public init(
      minAvailable: IntOrString? = nil, maxUnavailable: IntOrString? = nil, selector: LabelSelector? = nil,
      unhealthyPodEvictionPolicy: String? = nil
    ) {
      self.minAvailable = minAvailable
      self.maxUnavailable = maxUnavailable
      self.selector = selector
      self.unhealthyPodEvictionPolicy = unhealthyPodEvictionPolicy
    }
  }

  /// How many may go now.
  public struct Status: Sendable, Hashable, Codable {
    public var observedGeneration: Int?
    public var disruptionsAllowed: Int?
    public var currentHealthy: Int?
    public var desiredHealthy: Int?
    public var expectedPods: Int?
    public var disruptedPods: [String: Time]?
    public var conditions: [Condition]?

    public init(
      observedGeneration: Int? = nil, disruptionsAllowed: Int? = nil, currentHealthy: Int? = nil,
      desiredHealthy: Int? = nil, expectedPods: Int? = nil, disruptedPods: [String: Time]? = nil,
      conditions: [Condition]? = nil
    ) {
      self.observedGeneration = observedGeneration
      self.disruptionsAllowed = disruptionsAllowed
      self.currentHealthy = currentHealthy
      self.desiredHealthy = desiredHealthy
      self.expectedPods = expectedPods
      self.disruptedPods = disruptedPods
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
    _ metadata: ObjectMeta, as type: ResourceType = PodDisruptionBudget.resource, spec: Spec? = nil,
    status: Status? = nil
  ) {
    apiVersion = type.apiVersion
    kind = type.kind
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }
}
