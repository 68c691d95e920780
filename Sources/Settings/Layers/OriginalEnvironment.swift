/// The environment as the original programs see it: completed from `.env`.
struct OriginalEnvironment {
  /// With the completed environment.
  let input: SettingsInput
  /// Where a variable stands.
  let source: @Sendable (String) -> SettingSource

  init(_ input: SettingsInput) {
    var completed = input
    var file = EnvironmentFile(path: EnvironmentFile.name)
    if case .bytes(let bytes) = FileBytes.read(input.absolute(EnvironmentFile.name)) {
      file = EnvironmentFile.parse(String(decoding: bytes, as: UTF8.self), path: EnvironmentFile.name)
    }
    completed.environment = file.completing(input.environment)
    self.input = completed
    let real = input.environment
    let path = file.path
    source = { name in
      (real[name] ?? "").isEmpty ? .environmentFile(path: path, name: name) : .environment(name)
    }
  }

  func values(_ root: Section?, prefix: String, _ problems: ProblemList) -> OriginalValues {
    OriginalValues(root: root, prefix: prefix, input: input, problems: problems, variableSource: source)
  }

  /// The general level of `RUST_LOG`, such as `info` in `info,sqlx=warn`; nil if it gives none.
  var logLevel: Located<LogLevel>? {
    guard let text = input.variable("RUST_LOG") else { return nil }
    let words: [String: LogLevel] = [
      "trace": .trace, "debug": .debug, "info": .info, "warn": .warning, "error": .error, "off": .critical,
    ]
    let level = text.split(separator: ",").lazy.compactMap { words[$0.lowercased().filter { $0 != " " }] }.first
    return level.map { Located($0, source("RUST_LOG")) }
  }
}
