import MusterCore

/// Which part of a container's output is read.
public struct LogOptions: Sendable, Hashable {
  /// Nil: the pod's only container.
  public var container: String?
  /// Go on with what is written from now on, until the container ends.
  public var follow: Bool
  /// The output of the container before it was last restarted.
  public var previous: Bool
  /// Only what was written in the last so many seconds.
  public var sinceSeconds: Int?
  /// Only what was written since, RFC 3339.
  public var sinceTime: String?
  /// Only so many of the last lines.
  public var tailLines: Int?
  /// Only so many bytes; the last line may be cut.
  public var limitBytes: Int?
  /// Each line begins with the time when it was written, RFC 3339.
  public var timestamps: Bool

  public init(
    container: String? = nil, follow: Bool = false, previous: Bool = false, sinceSeconds: Int? = nil,
    sinceTime: String? = nil, tailLines: Int? = nil, limitBytes: Int? = nil, timestamps: Bool = false
  ) {
    self.container = container
    self.follow = follow
    self.previous = previous
    self.sinceSeconds = sinceSeconds
    self.sinceTime = sinceTime
    self.tailLines = tailLines
    self.limitBytes = limitBytes
    self.timestamps = timestamps
  }

  var query: [(name: String, value: String)] {
    var query: [(name: String, value: String)] = []
    if let container { query.append(("container", container)) }
    if follow { query.append(("follow", "true")) }
    if previous { query.append(("previous", "true")) }
    if let sinceSeconds { query.append(("sinceSeconds", String(sinceSeconds))) }
    if let sinceTime { query.append(("sinceTime", sinceTime)) }
    if let tailLines { query.append(("tailLines", String(tailLines))) }
    if let limitBytes { query.append(("limitBytes", String(limitBytes))) }
    if timestamps { query.append(("timestamps", "true")) }
    return query
  }
}
