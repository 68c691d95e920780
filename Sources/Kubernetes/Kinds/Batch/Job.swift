/// Pods that run until so many of them succeeded.
public struct Job: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(group: "batch", plural: "jobs", kind: "Job")

  /// How far it is.
  public struct Status: Sendable, Hashable, Codable {
    public var conditions: [Condition]?
    public var startTime: Time?
    public var completionTime: Time?
    public var active: Int?
    public var succeeded: Int?
    public var failed: Int?
    public var ready: Int?
    public var terminating: Int?
    public var completedIndexes: String?
    public var failedIndexes: String?

    public init(
      conditions: [Condition]? = nil, startTime: Time? = nil, completionTime: Time? = nil, active: Int? = nil,
      succeeded: Int? = nil, failed: Int? = nil, ready: Int? = nil, terminating: Int? = nil,
      completedIndexes: String? = nil, failedIndexes: String? = nil
    ) {
      self.conditions = conditions
      self.startTime = startTime
      self.completionTime = completionTime
      self.active = active
      self.succeeded = succeeded
      self.failed = failed
      self.ready = ready
      self.terminating = terminating
      self.completedIndexes = completedIndexes
      self.failedIndexes = failedIndexes
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var spec: JobSpec?
  public var status: Status?

  public init(_ metadata: ObjectMeta, spec: JobSpec? = nil, status: Status? = nil) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }
}
