/// One setting that would be changed. Of a secret only that it would.
public struct SettingChange: Sendable, Hashable {
  public var name: String
  /// Nil: it is not there.
  public var from: String?
  /// Nil: it goes away.
  public var to: String?

  public init(_ name: String, from: String?, to: String?) {
    self.name = name
    self.from = from
    self.to = to
  }
}
