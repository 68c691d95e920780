/// What a job is to be.
public struct JobSpec: Sendable, Hashable, Codable {
  public var template: PodTemplateSpec?
  public var parallelism: Int?
  public var completions: Int?
  /// `NonIndexed` or `Indexed`.
  public var completionMode: String?
  public var backoffLimit: Int?
  public var backoffLimitPerIndex: Int?
  public var maxFailedIndexes: Int?
  public var activeDeadlineSeconds: Int?
  public var ttlSecondsAfterFinished: Int?
  public var selector: LabelSelector?
  public var manualSelector: Bool?
  public var suspend: Bool?
  public var podFailurePolicy: JSONValue?
  public var successPolicy: JSONValue?
  public var podReplacementPolicy: String?
  public var managedBy: String?

  public init(
    template: PodTemplateSpec? = nil, parallelism: Int? = nil, completions: Int? = nil,
    completionMode: String? = nil, backoffLimit: Int? = nil, backoffLimitPerIndex: Int? = nil,
    maxFailedIndexes: Int? = nil, activeDeadlineSeconds: Int? = nil, ttlSecondsAfterFinished: Int? = nil,
    selector: LabelSelector? = nil, manualSelector: Bool? = nil, suspend: Bool? = nil,
    podFailurePolicy: JSONValue? = nil, successPolicy: JSONValue? = nil, podReplacementPolicy: String? = nil,
    managedBy: String? = nil
  ) {
    self.template = template
    self.parallelism = parallelism
    self.completions = completions
    self.completionMode = completionMode
    self.backoffLimit = backoffLimit
    self.backoffLimitPerIndex = backoffLimitPerIndex
    self.maxFailedIndexes = maxFailedIndexes
    self.activeDeadlineSeconds = activeDeadlineSeconds
    self.ttlSecondsAfterFinished = ttlSecondsAfterFinished
    self.selector = selector
    self.manualSelector = manualSelector
    self.suspend = suspend
    self.podFailurePolicy = podFailurePolicy
    self.successPolicy = successPolicy
    self.podReplacementPolicy = podReplacementPolicy
    self.managedBy = managedBy
  }
}
