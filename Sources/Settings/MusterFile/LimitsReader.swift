import MusterCore

/// `limits` as it is written: what is missing holds by default.
public struct LimitSettings: Sendable, Hashable {
  public var maxConnections = 16_384
  public var maxConnectionsPerAddress = 4096
  public var maxHandshakes = 1000
  public var maxHandshakesPerAddress = 250
  public var maxStreams = 2000
  /// Tasks.
  public var maxBacklog = 1_000_000
  /// Bytes.
  public var maxBacklogSize: UInt64 = 16 << 30
  public var maxFollowed = 1_000_000
  public var slowReader: Duration = .seconds(60)
  /// Bytes.
  public var maxLog: UInt64 = 1 << 20

  public init() {}
}

/// Reads `limits`.
enum LimitsReader {
  static func read(_ root: Section) -> (LimitSettings, [String: SettingSource]) {
    var limits = LimitSettings()
    var given: [String: SettingSource] = [:]
    guard let section = root.section("limits") else { return (limits, given) }
    section.checkKeys(Schema.limits)
    func take<Value: Sendable>(
      _ key: String, _ path: WritableKeyPath<LimitSettings, Value>, _ parse: (String) throws(BadValue) -> Value
    ) {
      guard let value = section.value(key, parse) else { return }
      limits[keyPath: path] = value.value
      given[key] = value.source
    }
    take("maxConnections", \.maxConnections, Parse.integer(1...1_000_000))
    take("maxConnectionsPerAddress", \.maxConnectionsPerAddress, Parse.integer(1...1_000_000))
    take("maxHandshakes", \.maxHandshakes, Parse.integer(1...1_000_000))
    take("maxHandshakesPerAddress", \.maxHandshakesPerAddress, Parse.integer(1...1_000_000))
    take("maxStreams", \.maxStreams, Parse.integer(1...100_000))
    take("maxBacklog", \.maxBacklog, Parse.integer(1...100_000_000))
    take("maxBacklogSize", \.maxBacklogSize, Parse.size(1...1 << 50))
    take("maxFollowed", \.maxFollowed, Parse.integer(1...100_000_000))
    take("slowReader", \.slowReader, Parse.duration(.seconds(1) ... .seconds(86_400)))
    take("maxLog", \.maxLog, Parse.size(1 << 10...1 << 30))
    return (limits, given)
  }
}

extension LimitSettings {
  /// For `config show`.
  func shown(_ given: [String: SettingSource]) -> [ShownSetting] {
    let values = [
      ("maxConnections", "\(maxConnections)"), ("maxConnectionsPerAddress", "\(maxConnectionsPerAddress)"),
      ("maxHandshakes", "\(maxHandshakes)"), ("maxHandshakesPerAddress", "\(maxHandshakesPerAddress)"),
      ("maxStreams", "\(maxStreams)"), ("maxBacklog", "\(maxBacklog)"),
      ("maxBacklogSize", ByteSizeText.text(maxBacklogSize)), ("maxFollowed", "\(maxFollowed)"),
      ("slowReader", DurationText.text(slowReader)), ("maxLog", ByteSizeText.text(maxLog)),
    ]
    return values.map { ShownSetting(name: "limits.\($0.0)", value: $0.1, source: given[$0.0] ?? .builtIn) }
  }
}
