/// A setting that is a single value and that a file, a variable and a flag can give: its key, parser and printed form.
struct Setting<Value: Sendable>: Sendable {
  let key: SettingKey
  let parse: @Sendable (String) throws(BadValue) -> Value
  let show: @Sendable (Value) -> String

  init(
    _ name: String, _ form: String, _ defaultText: String, _ summary: String,
    parse: @escaping @Sendable (String) throws(BadValue) -> Value, show: @escaping @Sendable (Value) -> String
  ) {
    key = SettingKey(name, form, defaultText, summary, isLayered: true)
    self.parse = parse
    self.show = show
  }
}

/// A ``Setting`` whose type does not matter: enough to check a file.
protocol CheckedSetting: Sendable {
  var key: SettingKey { get }
  func check(_ text: String) throws(BadValue)
}

extension Setting: CheckedSetting {
  func check(_ text: String) throws(BadValue) { _ = try parse(text) }
}
