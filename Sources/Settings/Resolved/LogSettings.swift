/// How to log.
public struct LogSettings: Sendable, Hashable {
  public var format: LogFormat
  public var level: LogLevel

  init(_ resolver: inout Resolver, fallback: Located<LogLevel>? = nil) {
    format = resolver.value(TopSettings.logFormat, default: .text)
    if let fallback, resolver.given(TopSettings.logLevel) == nil {
      level = fallback.value
      resolver.show(TopSettings.logLevel.key.name, level.rawValue, fallback.source)
    } else {
      level = resolver.value(TopSettings.logLevel, default: .info)
    }
  }

  /// What flags and variables say, for a command that has no configuration file of its own.
  ///
  /// - Throws: ``SettingsError`` with every problem at once.
  public static func load(_ input: SettingsInput) throws(SettingsError) -> LogSettings {
    let problems = ProblemList()
    var resolver = Resolver(input: input, file: nil, problems: problems)
    let settings = LogSettings(&resolver)
    try problems.throwIfAny()
    return settings
  }
}
