/// Decides single settings: flag before environment before file before default; and remembers for each where it came from.
///
/// swift-configuration 1.4 was looked at for this. Its providers give the same order, but its YAML snapshot keeps neither
/// line numbers nor unknown keys, which are what our messages are made of, so that the files would be read twice; this
/// type is the part that it would have saved.
struct Resolver {
  let input: SettingsInput
  let file: MusterFile?
  let problems: ProblemList
  private(set) var shown: [ShownSetting] = []

  init(input: SettingsInput, file: MusterFile?, problems: ProblemList) {
    self.input = input
    self.file = file
    self.problems = problems
  }

  /// The value that counts, or nil if nobody gives one. A wrong value is reported and skipped.
  func given<Value>(_ setting: Setting<Value>) -> Located<Value>? {
    let key = setting.key
    if let text = input.flags[key.name] {
      return parsed(text, setting, .flag(key.flag))
    }
    if let text = input.variable(key.environment) {
      return parsed(text, setting, .environment(key.environment))
    }
    guard let text = file?.values[key.name] else { return nil }
    // Checked, and reported if wrong, when the file was read.
    return parsed(text.value, setting, text.source)
  }

  /// The value that counts, shown under its name.
  mutating func value<Value>(_ setting: Setting<Value>, default fallback: @autoclosure () -> Value) -> Value {
    let value = given(setting) ?? Located(fallback(), .builtIn)
    show(setting.key.name, setting.show(value.value), value.source)
    return value.value
  }

  /// The value that counts, or nil, which is shown as `absent`.
  mutating func value<Value>(_ setting: Setting<Value>, absent: String) -> Value? {
    let value = given(setting)
    show(setting.key.name, value.map { setting.show($0.value) } ?? absent, value?.source ?? .builtIn)
    return value?.value
  }

  mutating func show(_ name: String, _ value: String, _ source: SettingSource) {
    shown.append(ShownSetting(name: name, value: value, source: source))
  }

  mutating func show(_ settings: [ShownSetting]) { shown += settings }

  /// The folder from which a relative path is seen: the file's own if it stands in a file, else the working directory.
  func base(_ source: SettingSource) -> String {
    guard case .file = source, let file else { return input.folder }
    return file.folder
  }

  /// The absolute path of the state directory.
  mutating func statePath() -> String {
    let given = self.given(TopSettings.state)
    let base = given.map { self.base($0.source) } ?? input.folder
    let path = FilePath.absolute(given?.value ?? Defaults.state, in: base)
    show(TopSettings.state.key.name, path, given?.source ?? .builtIn)
    return path
  }

  /// The absolute path of a file that a setting names; nil if nobody does.
  mutating func path(_ setting: Setting<String>) -> String? {
    let given = self.given(setting)
    let path = given.map { FilePath.absolute($0.value, in: base($0.source)) }
    show(setting.key.name, path ?? "none", given?.source ?? .builtIn)
    return path
  }

  /// The absolute path of a worker's folder with its certificate; nil if it has none, or is to show none.
  mutating func identityPath(state: String) -> String? {
    let own = "\(state)/\(Defaults.identityFolder)"
    guard let given = self.given(TopSettings.identity) else {
      let exists = FileBytes.exists("\(own)/cert.pem")
      show(TopSettings.identity.key.name, exists ? own : "none", .builtIn)
      return exists ? own : nil
    }
    let path = given.value == "none" ? nil : FilePath.absolute(given.value, in: base(given.source))
    show(TopSettings.identity.key.name, path ?? "none", given.source)
    return path
  }

  private func parsed<Value>(_ text: String, _ setting: Setting<Value>, _ source: SettingSource) -> Located<Value>? {
    do {
      return Located(try setting.parse(text), source)
    } catch {
      problems.add(source, setting.key.name, error.text)
      return nil
    }
  }
}
