import Yams

/// Reads programs with their arguments: lists of words, never shell lines.
struct ArgvReader {
  /// Absolute; a program with a slash in its path is seen from here.
  let folder: String

  /// One argv; nil if the key is absent or, reported, wrong.
  func argv(_ key: String, in section: Section) -> Located<[String]>? {
    guard let entry = section.entry(key) else { return nil }
    guard let argv = argv(entry.node, key: key, source: entry.source, in: section) else { return nil }
    return Located(argv, entry.source)
  }

  /// A list of argvs; nil if the key is absent or, reported, wrong.
  func argvs(_ key: String, in section: Section) -> Located<[[String]]>? {
    guard let entry = section.entry(key) else { return nil }
    guard case .sequence(let items) = entry.node, !items.isEmpty else {
      section.report(entry, "a list of programs is expected here, each a list: [[./first, \"{input}\"], [./second]]")
      return nil
    }
    if items.allSatisfy({ $0.scalar != nil }) {
      section.report(
        entry,
        "the items are words, but each must be a program with its arguments, a list; for one program write "
          + "executor: \(ArgvReader.flow(items.compactMap(section.scalar)))")
      return nil
    }
    let stages = items.enumerated().compactMap { index, node in
      argv(node, key: "\(key)[\(index)]", source: section.source(of: node), in: section)
    }
    return stages.count == items.count ? Located(stages, entry.source) : nil
  }

  private func argv(_ node: Node, key: String, source: SettingSource, in section: Section) -> [String]? {
    func report(_ source: SettingSource, _ text: String) { section.problems.add(source, section.fullName(key), text) }
    switch node {
    case .scalar(let scalar):
      report(source, scalar.isNull ? Section.noValue : ArgvReader.shellLine(scalar.string, key: key))
      return nil
    case .sequence(let items):
      if items.isEmpty {
        report(source, "the list is empty; its first word must be a program")
        return nil
      }
      if key == "executor" && items.allSatisfy({ $0.sequence != nil }) {
        report(source, "several programs are given; write them under stages: instead of executor:")
        return nil
      }
      var words: [String] = []
      for item in items {
        guard let word = word(item, { report(section.source(of: item), $0) }) else { continue }
        words.append(word)
      }
      guard words.count == items.count, let program = words.first else { return nil }
      guard !program.isEmpty else {
        report(source, "the first word is empty; it must be a program")
        return nil
      }
      // A path is seen from the file; a bare name is looked for in PATH when it runs; a placeholder is a path already.
      if program.contains("/") && !program.hasPrefix("{") { words[0] = FilePath.absolute(program, in: folder) }
      return words
    default:
      report(source, "a list of words is expected here, such as [./program, \"{input}\"]")
      return nil
    }
  }

  private func word(_ node: Node, _ report: (String) -> Void) -> String? {
    switch node {
    case .scalar(let scalar):
      if scalar.isNull {
        report("a word is missing; write \"\" for an empty argument")
      } else if scalar.string.utf8.contains(0) {
        report("a word holds a NUL character, which no argument can")
      } else {
        return scalar.string
      }
    case .mapping(let mapping):
      // YAML reads {input} without quotes as a mapping.
      if mapping.count == 1, let name = mapping.first?.key.scalar?.string, mapping.first?.value.isNullScalar == true {
        report("a placeholder must be quoted in YAML: write \"{\(name)}\"")
      } else {
        report("a word is expected here, not a mapping; quote it if it holds braces or a colon")
      }
    default: report("a word is expected here, not a list")
    }
    return nil
  }

  /// Why a string is refused, with the list that it probably means.
  private static func shellLine(_ line: String, key: String) -> String {
    let needsShell = line.contains { "|&;<>$`*?\"'\\~#\n".contains($0) }
    let words = needsShell ? ["sh", "-c", line] : line.split(separator: " ").map(String.init)
    let list = flow(words)
    let cure = key.hasPrefix("stages[") ? "- \(list)" : "\(key): \(list)"
    return "this is one string, and Muster runs programs without a shell; write a list: \(cure)"
  }

  /// The words as a YAML list on one line.
  static func flow(_ words: [String]) -> String {
    let words = words.map { word in
      let isPlain =
        !word.isEmpty
        && word.utf8.allSatisfy { byte in
          (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == 0x2E || byte == 0x2F || byte == 0x5F || byte == 0x2D
        }
      if isPlain && !word.hasPrefix("-") { return word }
      let escaped = word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
      return "\"\(escaped)\""
    }
    return "[\(words.joined(separator: ", "))]"
  }
}
