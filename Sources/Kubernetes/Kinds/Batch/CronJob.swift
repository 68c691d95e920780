/// A job that is made again and again.
public struct CronJob: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(group: "batch", plural: "cronjobs", kind: "CronJob")
  /// As older servers have it.
  public static let v1beta1 = ResourceType(group: "batch", version: "v1beta1", plural: "cronjobs", kind: "CronJob")

  /// What is made, and when.
  public struct Spec: Sendable, Hashable, Codable {
    /// As in crontab: `*/5 * * * *`.
    public var schedule: String
    public var timeZone: String?
    public var startingDeadlineSeconds: Int?
    /// `Allow`, `Forbid` or `Replace`.
    public var concurrencyPolicy: String?
    public var suspend: Bool?
    public var jobTemplate: JobTemplate?
    public var successfulJobsHistoryLimit: Int?
    public var failedJobsHistoryLimit: Int?

    public init(
      schedule: String, timeZone: String? = nil, startingDeadlineSeconds: Int? = nil,
      concurrencyPolicy: String? = nil, suspend: Bool? = nil, jobTemplate: JobTemplate? = nil,
      successfulJobsHistoryLimit: Int? = nil, failedJobsHistoryLimit: Int? = nil
    ) {
      self.schedule = schedule
      self.timeZone = timeZone
      self.startingDeadlineSeconds = startingDeadlineSeconds
      self.concurrencyPolicy = concurrencyPolicy
      self.suspend = suspend
      self.jobTemplate = jobTemplate
      self.successfulJobsHistoryLimit = successfulJobsHistoryLimit
      self.failedJobsHistoryLimit = failedJobsHistoryLimit
    }
  }

  /// What each job is made from.
  public struct JobTemplate: Sendable, Hashable, Codable {
    public var metadata: ObjectMeta?
    public var spec: JobSpec?

    public init(metadata: ObjectMeta? = nil, spec: JobSpec? = nil) {
      self.metadata = metadata
      self.spec = spec
    }
  }

  /// What runs, and when it last did.
  public struct Status: Sendable, Hashable, Codable {
    public var active: [ObjectReference]?
    public var lastScheduleTime: Time?
    public var lastSuccessfulTime: Time?

    public init(active: [ObjectReference]? = nil, lastScheduleTime: Time? = nil, lastSuccessfulTime: Time? = nil) {
      self.active = active
      self.lastScheduleTime = lastScheduleTime
      self.lastSuccessfulTime = lastSuccessfulTime
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
    _ metadata: ObjectMeta, as type: ResourceType = CronJob.resource, spec: Spec? = nil, status: Status? = nil
  ) {
    apiVersion = type.apiVersion
    kind = type.kind
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }
}
