import Kubernetes

/// A node, with the fields that decide whether it can have a worker.
public struct WorkerNode: KubernetesObject, Hashable {
  /// What keeps pods away.
  public struct Spec: Sendable, Hashable, Decodable {
    public var unschedulable: Bool?
    public var taints: [Node.Taint]?

    public init(unschedulable: Bool? = nil, taints: [Node.Taint]? = nil) {
      self.unschedulable = unschedulable
      self.taints = taints
    }
  }

  /// What it has.
  public struct Status: Sendable, Hashable, Decodable {
    public var capacity: [String: Quantity]?
    public var allocatable: [String: Quantity]?
    public var conditions: [Condition]?

    public init(
      capacity: [String: Quantity]? = nil, allocatable: [String: Quantity]? = nil, conditions: [Condition]? = nil
    ) {
      self.capacity = capacity
      self.allocatable = allocatable
      self.conditions = conditions
    }
  }

  public var slim: SlimMeta
  public var spec: Spec?
  public var status: Status?

  enum CodingKeys: String, CodingKey { case slim = "metadata", spec, status }

  public init(_ slim: SlimMeta, spec: Spec? = nil, status: Status? = nil) {
    self.slim = slim
    self.spec = spec
    self.status = status
  }

  public var metadata: ObjectMeta { slim.metadata }
  public var name: String { slim.name }
  public var labels: [String: String] { slim.labels ?? [:] }
  public var taints: [Node.Taint] { spec?.taints ?? [] }
  public var isCordoned: Bool { spec?.unschedulable ?? false }
  public var ready: Condition? { status?.conditions?.of("Ready") }
  public var isReady: Bool { ready?.isTrue ?? false }
  /// Whole cores; 0 if it does not say.
  public var cores: Int64 { status?.capacity?["cpu"]?.value ?? 0 }
}
