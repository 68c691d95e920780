import MusterCore

/// Reads a host's variables as typed values and gathers what is wrong with them.
struct SettingReader {
  let host: String
  let variables: [String: EffectiveVariable]
  let collector: ProblemCollector

  /// The first of these variables that is set, and is not null.
  private func first(_ names: [String]) -> (name: String, variable: EffectiveVariable)? {
    for name in names {
      if let variable = variables[name], variable.value != .null { return (name, variable) }
    }
    return nil
  }

  private func complain(_ name: String, _ variable: EffectiveVariable, _ reason: String) {
    let place =
      switch variable.origin {
      case .extra: " (given beside the inventory)"
      case .host: ""
      case .group(let group, _): " (of the group '\(group)')"
      }
    collector.add(variable.line, "\(name) of '\(host)'\(place) \(reason)")
  }

  /// A text; a number counts as it is written. An empty one is none.
  func text(_ names: String...) -> String? { text(names) }

  private func text(_ names: [String]) -> String? {
    guard let (name, variable) = first(names) else { return nil }
    guard let text = variable.value.scalarText else {
      complain(name, variable, "is \(variable.value.typeWord); write a text")
      return nil
    }
    guard !text.contains("{{"), !text.contains("{%") else {
      complain(name, variable, "is a template, which only Ansible fills in; write the value itself")
      return nil
    }
    guard text != InventoryValue.redactedText else {
      complain(name, variable, "is '\(text)', which stands for a secret that was hidden; write the secret itself")
      return nil
    }
    guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
      complain(name, variable, "has a line break or another control character in it; take it away")
      return nil
    }
    return text.isEmpty ? nil : text
  }

  func secret(_ names: String...) -> Secret<String>? { text(names).map { Secret($0) } }

  func truth(_ name: String, or standard: Bool) -> Bool {
    guard let (name, variable) = first([name]), variable.value != .text("") else { return standard }
    guard let value = TruthValue.of(variable.value) else {
      complain(name, variable, "is neither yes nor no; write true or false")
      return standard
    }
    return value
  }

  /// 1 to 65535.
  func port(_ names: String...) -> Int? {
    guard let (name, variable) = first(names), variable.value != .text("") else { return nil }
    let number: Int? =
      switch variable.value {
      case .integer(let number): number.int
      case .text(let text): PythonText.int(text)?.int
      default: nil
      }
    guard let number, (1...65535).contains(number) else {
      complain(name, variable, "is no port; write a number from 1 to 65535")
      return nil
    }
    return number
  }

  func path(_ name: String, _ more: String..., in base: PathBase) -> String? { text([name] + more).map(base.resolve) }

  /// A path on the machine itself.
  func remotePath(_ name: String) -> String? {
    guard let path = text([name]) else { return nil }
    if !path.hasPrefix("/"), let variable = variables[name] {
      complain(name, variable, "is not absolute; begin it with '/'")
    }
    return path
  }
}
