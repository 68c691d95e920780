import MusterCore

/// Holds the placeholders of programs against those that exist, before a task finds out.
///
/// `{name}` is a placeholder if the name is of `a`-`z` and `.`; `{{name}}` is the text `{name}`; other braces are text.
/// That is the grammar by which executors are run.
struct PlaceholderCheck {
  /// What a worker gives every stage.
  static let ofExecutor: Set<String> = ["input", "output", "dir", "task.id", "attempt", "slot"]
  /// What a coordinator gives a verifier.
  static let ofVerifier: Set<String> = ["input", "result", "dir", "task.id"]

  /// Full name of the kind, such as `kinds.square`.
  let kind: String
  /// The key of the programs.
  let key: String
  let known: Set<String>
  let problems: ProblemList

  func check(_ argv: [String], _ source: SettingSource) {
    for word in argv {
      for name in PlaceholderCheck.braced(in: word) where !known.contains(name) { report(name, source) }
    }
  }

  private func report(_ name: String, _ source: SettingSource) {
    let isPlaceholder = PlaceholderCheck.isName(name)
    let closest = ClosestName.of(name, among: known.sorted())
    let text: String
    if name == "vk" {
      text = "{vk} is used, but the kind has no verification key; add vk: PATH"
    } else if let other = other(name) {
      text = "{\(name)} is known only to \(other)"
    } else if let closest {
      text = "there is no placeholder {\(name)}; did you mean {\(closest)}?"
    } else if isPlaceholder {
      let all = known.sorted().map { "{\($0)}" }.joined(separator: ", ")
      text =
        "there is no placeholder {\(name)}; known here are \(all). Write {{\(name)}} for the text {\(name)}, or name a "
        + "file of your own under placeholders:"
    } else {
      return
    }
    problems.add(source, "\(kind).\(key)", text)
  }

  private func other(_ name: String) -> String? {
    if key == "verifier" { return Self.ofExecutor.contains(name) ? "executors, not to verifiers" : nil }
    return Self.ofVerifier.contains(name) ? "verifiers; an executor writes its result to {output}" : nil
  }

  /// Whether a placeholder can have this name.
  static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2E }
  }

  /// The words that stand in single braces, also those that only look like a placeholder (`{task_id}`).
  static func braced(in word: String) -> [String] {
    var names: [String] = []
    var rest = word[...].utf8
    while let open = rest.firstIndex(of: UInt8(ascii: "{")) {
      let inside = rest[rest.index(after: open)...]
      let name = inside.prefix { isWordByte($0) }
      let isDoubled = open > word.utf8.startIndex && word.utf8[word.utf8.index(before: open)] == UInt8(ascii: "{")
      let after = inside[name.endIndex...]
      let isClosed = after.first == UInt8(ascii: "}")
      let isClosedTwice = after.dropFirst().first == UInt8(ascii: "}")
      if isClosed && !name.isEmpty && !(isDoubled && isClosedTwice) { names.append(String(Substring(name))) }
      rest = inside
    }
    return names
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2E
      || byte == 0x5F || byte == 0x2D
  }
}
