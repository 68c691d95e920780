import Kubernetes

/// A worker's pod, with the fields that say where it is and how it is doing.
public struct WorkerPod: KubernetesObject, Hashable {
  /// Where it is, and what it asks for.
  public struct Spec: Sendable, Hashable, Decodable {
    public var nodeName: String?
    public var containers: [ContainerNeeds]?
    public var initContainers: [ContainerNeeds]?
    public var overhead: [String: Quantity]?

    public init(nodeName: String? = nil, containers: [ContainerNeeds]? = nil) {
      self.nodeName = nodeName
      self.containers = containers
    }
  }

  /// How it is doing.
  public struct Status: Sendable, Hashable, Decodable {
    /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
    public var phase: String?
    public var reason: String?
    public var message: String?
    public var conditions: [Condition]?
    public var initContainerStatuses: [ContainerStatus]?
    public var containerStatuses: [ContainerStatus]?

    public init(
      phase: String? = nil, reason: String? = nil, message: String? = nil, conditions: [Condition]? = nil,
      containerStatuses: [ContainerStatus]? = nil
    ) {
      self.phase = phase
      self.reason = reason
      self.message = message
      self.conditions = conditions
      self.containerStatuses = containerStatuses
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
  public var name: String { meta.name }
  /// Nil: no node has been found for it.
  public var node: String? { spec?.nodeName.flatMap { $0.isEmpty ? nil : $0 } }
  public var isReady: Bool { status?.conditions?.of("Ready")?.isTrue ?? false }
  /// Its containers have ended and will not run again.
  public var isOver: Bool { status?.phase == "Succeeded" || status?.phase == "Failed" }
  /// It was told to go.
  public var isLeaving: Bool { meta.deletionTimestamp != nil }
  /// It is one of those that are wanted: neither over nor leaving.
  public var counts: Bool { !isOver && !isLeaving }
  public var restarts: Int { (status?.containerStatuses ?? []).reduce(0) { $0 + ($1.restartCount ?? 0) } }
  /// What it asks for, as the scheduler adds it up.
  public var requests: [String: Quantity] {
    ContainerNeeds.sum(spec?.containers ?? [], initial: spec?.initContainers ?? [], overhead: spec?.overhead ?? [:])
  }
}
