/// One line of `muster config show`: a setting, its value as it would be written in a file, and where that comes from.
public struct ShownSetting: Sendable, Hashable, Encodable {
  public let name: String
  /// Passwords in it are redacted.
  public let value: String
  /// `flag --state`, `environment MUSTER_STATE`, `muster.yaml:12`, `default`.
  public let source: String

  init(name: String, value: String, source: SettingSource) {
    self.name = name
    self.value = Redaction.message(value)
    self.source = source.description
  }
}
