/// How important pods are.
public struct PriorityClass: KubernetesResource, CompleteObject, Hashable {
  public static let resource = ResourceType(
    group: "scheduling.k8s.io", plural: "priorityclasses", kind: "PriorityClass", isNamespaced: false)

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var value: Int
  public var globalDefault: Bool?
  public var description: String?
  public var preemptionPolicy: String?

  public init(
    _ metadata: ObjectMeta, value: Int, globalDefault: Bool? = nil, description: String? = nil,
    preemptionPolicy: String? = nil
  ) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.value = value
    self.globalDefault = globalDefault
    self.description = description
    self.preemptionPolicy = preemptionPolicy
  }
}
