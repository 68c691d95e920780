import MusterCore
import Yams

/// Reads mappings of the values file entry by entry, and reports what is none of what it should be.
struct SectionReader {
  struct Entry {
    var key: String
    /// `image.repo`
    var fullName: String
    /// That of the key, which is where a user looks, also when the value comes from an anchor elsewhere.
    var source: ValueSource
    var node: Node
  }

  /// The file's.
  let name: String
  let problems: ValueProblems

  func entries(_ mapping: Node.Mapping, in section: String) -> [Entry] {
    mapping.compactMap { key, node in
      let source = ValueSource.file(name, line: key.mark?.line ?? 0)
      guard case .scalar(let scalar) = key else {
        problems.add(source, section, "a key must be a word")
        return nil
      }
      let fullName = section.isEmpty ? scalar.string : "\(section).\(scalar.string)"
      return Entry(key: scalar.string, fullName: fullName, source: source, node: node)
    }
  }

  /// Whether the key is one of those; if not, that is said, with the one that is probably meant.
  func check(_ entry: Entry, among names: [String], hints: [String: String]) -> Bool {
    if names.contains(entry.key) { return true }
    let cure =
      if let hint = hints[entry.key] {
        hint
      } else if let closest = ClosestName.of(entry.key, among: names) {
        "did you mean '\(closest)'?"
      } else {
        "possible here: \(names.sorted().joined(separator: ", "))"
      }
    problems.add(entry.source, BadText.shown(entry.fullName), "there is no such key; \(cure)")
    return false
  }

  func text(_ entry: Entry) -> String? {
    guard case .scalar(let scalar) = entry.node else {
      report(entry, "one value is expected here, not a list or a mapping")
      return nil
    }
    guard !Self.saysNothing(scalar) else {
      report(entry, "the value is missing; give one, or remove the line")
      return nil
    }
    return scalar.string
  }

  func texts(_ entry: Entry, example: String) -> [Located<String>]? {
    guard case .sequence(let items) = entry.node else {
      report(entry, "a list is expected here, such as \(example)")
      return nil
    }
    var texts: [Located<String>] = []
    for item in items {
      guard case .scalar(let scalar) = item, !Self.saysNothing(scalar) else {
        report(entry, "each item must be a single value, as in \(example)")
        return nil
      }
      texts.append(Located(scalar.string, .file(name, line: item.mark?.line ?? 0)))
    }
    return texts
  }

  func mapping(_ entry: Entry, example: String) -> Node.Mapping? {
    switch entry.node {
    case .mapping(let mapping): return mapping
    // A section whose lines are all commented out.
    case .scalar(let scalar) where Self.saysNothing(scalar): return nil
    default:
      report(entry, "a mapping is expected here, with lines such as '\(example)'")
      return nil
    }
  }

  private func report(_ entry: Entry, _ text: String) {
    problems.add(entry.source, BadText.shown(entry.fullName), text)
  }

  private static func saysNothing(_ scalar: Node.Scalar) -> Bool {
    scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }
}
