import TaskModel
import Yams

/// Reads `kinds`: a mapping of names to kinds, or a list of kinds with a `name`.
struct KindListReader {
  let reader: KindReader

  /// The kinds in the order of the file, and whether they are a list.
  func read(_ root: Section) -> (kinds: [KindEntry], isList: Bool) {
    guard let entry = root.entry("kinds") else { return ([], false) }
    switch entry.node {
    case .mapping: return (distinct(mapping(root), root), false)
    case .sequence(let items): return (distinct(list(items, root), root), true)
    case _ where entry.node.isNullScalar: return ([], false)
    default:
      root.report(entry, "a mapping of names to kinds, or a list of kinds with a name, is expected here")
      return ([], false)
    }
  }

  private func mapping(_ root: Section) -> [KindEntry] {
    guard let section = root.section("kinds") else { return [] }
    return section.entries.compactMap { entry in
      guard isName(entry.key, entry.source, section.fullName(entry.key), root.problems) else { return nil }
      let name = section.fullName(entry.key)
      // A kind without keys is legal: its name is all that is known.
      let kind =
        section.section(entry.node, name: name, source: entry.source)
        ?? Section(Node.Mapping([]), path: root.path, name: name, problems: root.problems)
      if let given = kind.text("name"), given.value != entry.key {
        root.problems.add(
          given.source, kind.fullName("name"), "the kind is called '\(entry.key)' above; remove this line")
      }
      return reader.read(kind, name: entry.key, source: entry.source)
    }
  }

  private func list(_ items: Node.Sequence, _ root: Section) -> [KindEntry] {
    items.enumerated().compactMap { index, node in
      let source = root.source(of: node)
      let place = "kinds[\(index)]"
      guard let section = root.section(node, name: place, source: source) else {
        if node.isNullScalar { root.problems.add(source, place, Section.noValue) }
        return nil
      }
      guard let name = section.text("name") else {
        if !section.has("name") { root.problems.add(source, place, "name is missing; add name: NAME") }
        return nil
      }
      guard isName(name.value, name.source, section.fullName("name"), root.problems) else { return nil }
      let named = Section(section, name: "kinds.\(name.value)")
      return reader.read(named, name: name.value, source: source)
    }
  }

  private func isName(_ name: String, _ source: SettingSource, _ key: String, _ problems: ProblemList) -> Bool {
    if TaskID(name) != nil { return true }
    problems.add(source, key, "'\(name)' cannot be a kind's name: give \(TaskID.rule)")
    return false
  }

  /// Names that differ only in case are refused too: the original protocol does not tell them apart.
  private func distinct(_ kinds: [KindEntry], _ root: Section) -> [KindEntry] {
    var seen: [String: KindEntry] = [:]
    return kinds.filter { kind in
      let name = kind.definition.name
      guard let other = seen.updateValue(kind, forKey: name.lowercased()) else { return true }
      let same = other.definition.name == name
      root.problems.add(
        kind.source, "kinds.\(name)",
        same
          ? "there is a kind of this name already, at \(other.source); rename or remove one"
          : "the name differs only in case from '\(other.definition.name)' at \(other.source), and the original "
            + "protocol does not tell them apart; rename one")
      return false
    }
  }
}

extension Section {
  /// The same section under another name, for messages.
  fileprivate init(_ other: Section, name: String) {
    self.init(entries: other.entries, path: other.path, name: name, problems: other.problems)
  }
}
