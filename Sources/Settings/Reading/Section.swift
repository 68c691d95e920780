import MusterCore
import Yams

/// One mapping of a settings file, read key by key. What is wrong goes to the list of problems; the reader goes on.
struct Section {
  struct Entry {
    let key: String
    /// The line of the key, which is where a user looks, also when the value comes from an anchor elsewhere.
    let source: SettingSource
    let node: Node
  }
  let entries: [Entry]
  let path: String
  /// Full name of the section, such as `kinds.square`; empty at the root.
  let name: String
  let problems: ProblemList

  init(_ mapping: Node.Mapping, path: String, name: String, problems: ProblemList) {
    self.path = path
    self.name = name
    self.problems = problems
    entries = mapping.compactMap { key, node in
      let source = SettingSource.file(path: path, line: key.mark?.line ?? 0)
      guard case .scalar(let scalar) = key else {
        problems.add(source, name, "a key must be a word")
        return nil
      }
      return Entry(key: scalar.string, source: source, node: node)
    }
  }

  init(entries: [Entry], path: String, name: String, problems: ProblemList) {
    self.entries = entries
    self.path = path
    self.name = name
    self.problems = problems
  }

  func fullName(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }

  /// Where the section itself begins, for what is missing in it.
  var source: SettingSource { entries.first?.source ?? .file(path: path, line: 0) }

  func entry(_ key: String) -> Entry? { entries.first { $0.key == key } }

  func has(_ key: String) -> Bool { entry(key) != nil }

  func report(_ entry: Entry, _ text: String) { problems.add(entry.source, fullName(entry.key), text) }

  /// Reports every key that is not in `known`, with the closest one that is.
  func checkKeys(_ known: [SettingKey], hints: [String: String] = [:]) {
    let names = known.map(\.name)
    for entry in entries where !names.contains(entry.key) {
      report(entry, Section.unknown(entry.key, names, hints))
    }
  }

  static func unknown(_ key: String, _ names: [String], _ hints: [String: String]) -> String {
    if let hint = hints[key] { return "there is no such key; \(hint)" }
    if let closest = ClosestName.of(key, among: names) { return "there is no such key; did you mean '\(closest)'?" }
    return "there is no such key; possible here: \(names.joined(separator: ", "))"
  }

  /// The text of a single value; nil if the key is absent or, reported, no single value.
  func text(_ key: String) -> Located<String>? {
    guard let entry = entry(key) else { return nil }
    guard let text = scalar(entry.node) else {
      report(entry, entry.node.isNullScalar ? Section.noValue : "one value is expected here, not a list or a mapping")
      return nil
    }
    return Located(text, entry.source)
  }

  /// A single value, parsed; nil if the key is absent or, reported, wrong.
  func value<Value>(_ key: String, _ parse: (String) throws(BadValue) -> Value) -> Located<Value>? {
    guard let text = text(key) else { return nil }
    do {
      return Located(try parse(text.value), text.source)
    } catch {
      problems.add(text.source, fullName(key), error.text)
      return nil
    }
  }

  /// A list of single values; nil if the key is absent or, reported, something else.
  func texts(_ key: String, example: String) -> Located<[String]>? {
    guard let entry = entry(key) else { return nil }
    guard case .sequence(let items) = entry.node else {
      report(entry, "a list is expected here, such as \(example)")
      return nil
    }
    let texts = items.compactMap(scalar)
    guard texts.count == items.count else {
      report(entry, "each item must be a single value, as in \(example)")
      return nil
    }
    return Located(texts, entry.source)
  }

  /// The mapping under `key`; nil if the key is absent, empty or, reported, something else.
  func section(_ key: String) -> Section? {
    guard let entry = entry(key) else { return nil }
    return section(entry.node, name: fullName(key), source: entry.source)
  }

  func section(_ node: Node, name: String, source: SettingSource) -> Section? {
    if case .mapping(let mapping) = node { return Section(mapping, path: path, name: name, problems: problems) }
    if !node.isNullScalar { problems.add(source, name, "a mapping (key: value) is expected here") }
    return nil
  }

  /// Where an item of a list stands.
  func source(of node: Node) -> SettingSource { .file(path: path, line: node.mark?.line ?? 0) }

  func scalar(_ node: Node) -> String? {
    guard case .scalar(let scalar) = node, !scalar.isNull else { return nil }
    return scalar.string
  }

  static let noValue = "the value is missing; give one, or remove the line"
}

extension Node {
  var isNullScalar: Bool {
    if case .scalar(let scalar) = self { return scalar.isNull }
    return false
  }
}
