/// A value and the place of the file where it stands.
public struct Located<Value: Sendable>: Sendable {
  public var value: Value
  public var source: SettingSource

  public init(_ value: Value, _ source: SettingSource) {
    self.value = value
    self.source = source
  }

  func map<Other: Sendable>(_ change: (Value) -> Other) -> Located<Other> { Located<Other>(change(value), source) }
}
