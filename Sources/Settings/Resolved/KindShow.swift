import MusterCore
import TaskModel

/// A kind for `config show`: every key with its value and its place.
enum KindShow {
  static func settings(_ kind: KindEntry) -> [ShownSetting] {
    let definition = kind.definition
    let backoff = definition.backoff
    var values: [(key: String, value: String)] = []
    if definition.stages.count == 1 { values.append(("executor", ArgvReader.flow(definition.stages[0]))) }
    if definition.stages.count > 1 {
      values.append(("stages", definition.stages.map(ArgvReader.flow).joined(separator: ", ")))
    }
    let unverified = definition.acceptsUnverified ? "none" : "none given"
    values.append(("verifier", definition.verifier.map(ArgvReader.flow) ?? unverified))
    for (name, path) in definition.placeholders.sorted(by: { $0.key < $1.key }) {
      values.append((name == "vk" ? "vk" : "placeholders.\(name)", path))
    }
    if !definition.environment.isEmpty { values.append(("environment", ArgvReader.flow(definition.environment))) }
    let sandbox = definition.sandbox
    values.append(("sandbox", sandbox.mode.rawValue))
    if sandbox.mode != .none { values.append(("user", sandbox.user ?? Sandbox.defaultUser)) }
    values += [
      ("lease", DurationText.text(definition.lease)),
      ("timeout", definition.timeout.map(DurationText.text) ?? "none"),
      ("maxAttempts", "\(definition.maxAttempts)"),
      (
        "backoff",
        "{initial: \(DurationText.text(backoff.initial)), factor: \(Parse.shown(backoff.factor)), "
          + "limit: \(DurationText.text(backoff.limit))}"
      ),
      ("slots", "\(definition.needs.slots)"), ("memory", ByteSizeText.text(definition.needs.memory)),
      ("gpus", "\(definition.needs.gpus)"), ("order", "\(definition.order)"),
      ("keep", DurationText.text(definition.keep)),
    ]
    return values.map { key, value in
      let given = kind.given[key] ?? kind.given[String(key.prefix { $0 != "." })]
      return ShownSetting(name: "kinds.\(definition.name).\(key)", value: value, source: given ?? .builtIn)
    }
  }
}
