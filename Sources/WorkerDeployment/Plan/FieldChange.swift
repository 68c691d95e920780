import Kubernetes

/// One field that would be changed.
public struct FieldChange: Sendable, Hashable {
  /// As kubectl writes it: `.spec.replicas`, `.spec.template.spec.containers[name=client].image`.
  public var path: String
  /// Nil: it is not there.
  public var from: JSONValue?
  /// Nil: it goes away.
  public var to: JSONValue?

  public init(_ path: String, from: JSONValue?, to: JSONValue?) {
    self.path = path
    self.from = from
    self.to = to
  }
}
