import Kubernetes

/// What happened to the deployment, to one of its sets or to a pod. Its message is cut when it is read.
public struct WorkerEvent: KubernetesObject, Hashable {
  /// What it is about.
  public struct Subject: Sendable, Hashable, Decodable {
    public var kind: String?
    public var name: String?

    public init(kind: String? = nil, name: String? = nil) {
      self.kind = kind
      self.name = name
    }
  }

  /// How often, when it comes in rows.
  public struct Series: Sendable, Hashable, Decodable {
    public var lastObservedTime: Time?
  }

  public var slim: SlimMeta
  public var involvedObject: Subject?
  /// `Normal` or `Warning`.
  public var type: String?
  public var reason: String?
  public var message: String?
  public var lastTimestamp: Time?
  public var eventTime: Time?
  public var series: Series?

  enum CodingKeys: String, CodingKey {
    case slim = "metadata", involvedObject, type, reason, message, lastTimestamp, eventTime, series
  }

  public init(_ slim: SlimMeta, about subject: Subject, reason: String, message: String, at time: Time? = nil) {
    self.slim = slim
    involvedObject = subject
    type = "Warning"
    self.reason = reason
    self.message = message
    lastTimestamp = time
  }

  public var metadata: ObjectMeta { slim.metadata }

  /// When it happened last, in milliseconds since 1970; 0 if it does not say.
  var when: Int64 { (series?.lastObservedTime ?? lastTimestamp ?? eventTime)?.timestamp.milliseconds ?? 0 }

  /// The same with a message of at most so many characters: whoever may write events decides how long they are.
  func cut(to limit: Int = 2000) -> WorkerEvent {
    guard let message, message.utf8.count > limit else { return self }
    var event = self
    event.message = String(message.prefix(limit))
    return event
  }
}
