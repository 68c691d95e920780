/// A field that another manager has set to something else, and that we set back.
public struct FieldTakeover: Sendable, Hashable {
  /// As the server writes it: `.spec.template.spec.containers[name="client"].image`.
  public var path: String
  /// `kubectl-edit`.
  public var manager: String

  public init(path: String, manager: String) {
    self.path = path
    self.manager = manager
  }
}
