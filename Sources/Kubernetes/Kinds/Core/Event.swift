/// Something that happened to an object.
public struct Event: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(plural: "events", kind: "Event")

  /// Who says so.
  public struct Source: Sendable, Hashable, Codable {
    public var component: String?
    public var host: String?

    public init(component: String? = nil, host: String? = nil) {
      self.component = component
      self.host = host
    }
  }

  /// How often it happened, and when last.
  public struct Series: Sendable, Hashable, Codable {
    public var count: Int?
    public var lastObservedTime: Time?

    public init(count: Int? = nil, lastObservedTime: Time? = nil) {
      self.count = count
      self.lastObservedTime = lastObservedTime
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var involvedObject: ObjectReference?
  /// `Normal` or `Warning`.
  public var type: String?
  public var reason: String?
  public var message: String?
  public var source: Source?
  public var firstTimestamp: Time?
  public var lastTimestamp: Time?
  public var eventTime: Time?
  public var count: Int?
  public var series: Series?
  public var action: String?
  public var related: ObjectReference?
  public var reportingComponent: String?
  public var reportingInstance: String?

  public init(
    _ metadata: ObjectMeta, involvedObject: ObjectReference? = nil, type: String? = nil, reason: String? = nil,
    message: String? = nil, source: Source? = nil, firstTimestamp: Time? = nil, lastTimestamp: Time? = nil,
    eventTime: Time? = nil, count: Int? = nil, series: Series? = nil, action: String? = nil,
    related: ObjectReference? = nil, reportingComponent: String? = nil, reportingInstance: String? = nil
  ) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.involvedObject = involvedObject
    self.type = type
    self.reason = reason
    self.message = message
    self.source = source
    self.firstTimestamp = firstTimestamp
    self.lastTimestamp = lastTimestamp
    self.eventTime = eventTime
    self.count = count
    self.series = series
    self.action = action
    self.related = related
    self.reportingComponent = reportingComponent
    self.reportingInstance = reportingInstance
  }
}
