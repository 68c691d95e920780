import Kubernetes

/// A replica set of the workers' deployment: one a version of the pod template.
public struct WorkerSet: KubernetesObject, Hashable {
  /// How many pods it is to have.
  public struct Spec: Sendable, Hashable, Decodable {
    public var replicas: Int?

    public init(replicas: Int? = nil) { self.replicas = replicas }
  }

  /// How many it has, and why not more.
  public struct Status: Sendable, Hashable, Decodable {
    public var replicas: Int?
    public var conditions: [Condition]?

    public init(replicas: Int? = nil, conditions: [Condition]? = nil) {
      self.replicas = replicas
      self.conditions = conditions
    }
  }

  public var meta: WorkerMeta
  public var spec: Spec?
  public var status: Status?

  enum CodingKeys: String, CodingKey { case meta = "metadata", spec, status }

  public init(_ meta: WorkerMeta, spec: Spec? = nil, status: Status? = nil) {
    self.meta = meta
    self.spec = spec
    self.status = status
  }

  public var metadata: ObjectMeta { meta.metadata }
  /// Pods that it is to have and that are not made.
  public var lacking: Int { max(0, (spec?.replicas ?? 0) - (status?.replicas ?? 0)) }
}
