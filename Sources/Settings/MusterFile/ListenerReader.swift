import MusterCore
import Yams

/// Reads `listen`: a list of mappings, or addresses as a flag takes them.
enum ListenerReader {
  static func read(_ root: Section) -> Located<[ListenerEntry]>? {
    guard let entry = root.entry("listen") else { return nil }
    guard case .sequence(let items) = entry.node else {
      return root.value("listen", ListenerEntry.parseList)
    }
    if items.isEmpty {
      root.report(entry, "the list is empty; give an address, or remove the key")
      return nil
    }
    let listeners = items.enumerated().compactMap { index, node in
      item(node, name: "listen[\(index)]", source: root.source(of: node), root)
    }
    guard listeners.count == items.count else { return nil }
    return Located(listeners, entry.source)
  }

  private static func item(_ node: Node, name: String, source: SettingSource, _ root: Section) -> ListenerEntry? {
    if let text = root.scalar(node) {
      do {
        return try ListenerEntry.parse(text)
      } catch {
        root.problems.add(source, name, error.text)
        return nil
      }
    }
    guard let section = root.section(node, name: name, source: source) else {
      if node.isNullScalar { root.problems.add(source, name, Section.noValue) }
      return nil
    }
    section.checkKeys(Schema.listener)
    if !section.has("address") { root.problems.add(source, name, "address is missing; add address: HOST:PORT") }
    let address = section.value("address", NetworkAddress.parseLocal)
    var protocols: Set<WireProtocol>?
    if let words = words(section) {
      do {
        protocols = try ListenerEntry.protocols(words.value)
      } catch {
        root.problems.add(words.source, section.fullName("protocols"), error.text)
        return nil
      }
    }
    let tls = section.value("tls", Parse.choice([("true", true), ("false", false)]))
    let allow = allow(section)
    let kinds = section.texts("kinds", example: "[block]")
    guard let address else { return nil }
    return ListenerEntry(
      address: address.value, protocols: protocols, tls: tls?.value, allow: allow, originalKinds: kinds?.value)
  }

  private static func allow(_ section: Section) -> [AddressRange] {
    guard let texts = section.texts("allow", example: "[10.0.0.0/8]") else { return [] }
    return texts.value.compactMap { text in
      let range = AddressRange(text)
      if range == nil {
        section.problems.add(
          texts.source, section.fullName("allow"),
          "'\(text)' is no range of addresses; give one such as 10.0.0.0/8, fd00::/64 or 10.0.0.7")
      }
      return range
    }
  }

  /// A single protocol may stand without a list.
  private static func words(_ section: Section) -> Located<[String]>? {
    if let entry = section.entry("protocols"), let word = section.scalar(entry.node) {
      return Located([word], entry.source)
    }
    return section.texts("protocols", example: "[muster, original]")
  }
}
