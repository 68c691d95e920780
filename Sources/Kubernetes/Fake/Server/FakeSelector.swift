/// Which objects of a collection a request means: a label selector and a field selector, as the server reads them.
struct FakeSelector: Sendable {
  private enum Requirement: Sendable {
    case has(String)
    case hasNot(String)
    case isOneOf(String, Set<String>)
    case isNoneOf(String, Set<String>)
  }

  private var labels: [Requirement] = []
  private var fields: [(name: String, value: String, isWanted: Bool)] = []

  var isEmpty: Bool { labels.isEmpty && fields.isEmpty }

  init(labels: String?, fields: String?, kind: FakeKind) throws(FakeRefusal) {
    for requirement in Self.requirements(labels ?? "") { self.labels.append(try Self.label(requirement)) }
    let known = Self.knownFields(kind)
    for requirement in (fields ?? "").split(separator: ",") {
      let isWanted = !requirement.contains("!=")
      let parts = requirement.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw .badRequest("invalid selector: '\(requirement)'; can't understand '\(requirement)'")
      }
      let name = String(isWanted ? parts[0] : parts[0].dropLast())
      let value = parts[1].hasPrefix("=") ? String(parts[1].dropFirst()) : String(parts[1])
      guard known.contains(name) else {
        throw .badRequest(
          "\"\(name)\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
      }
      self.fields.append((name, value, isWanted))
    }
  }

  func matches(_ object: FakeObject) -> Bool {
    let own = object.metadata["labels"]?.fields ?? [:]
    for requirement in labels {
      let holds =
        switch requirement {
        case .has(let key): own[key] != nil
        case .hasNot(let key): own[key] == nil
        case .isOneOf(let key, let values): own[key]?.text.map { values.contains($0) } ?? false
        case .isNoneOf(let key, let values): own[key]?.text.map { !values.contains($0) } ?? true
        }
      if !holds { return false }
    }
    return fields.allSatisfy { (Self.field($0.name, of: object) == $0.value) == $0.isWanted }
  }

  private static func field(_ name: String, of object: FakeObject) -> String {
    var value = JSONValue.object(object.content)
    for step in name.split(separator: ".") {
      guard let next = value.fields?[String(step)] else { return "" }
      value = next
    }
    if case .bool(let flag) = value { return flag ? "true" : "false" }
    return value.text ?? ""
  }

  private static func knownFields(_ kind: FakeKind) -> Set<String> {
    var known: Set = ["metadata.name"]
    if kind.resource.isNamespaced { known.insert("metadata.namespace") }
    switch kind.shelf {
    case "pods":
      known.formUnion([
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase",
        "status.podIP", "status.nominatedNodeName",
      ])
    case "namespaces": known.insert("status.phase")
    case "nodes": known.insert("spec.unschedulable")
    case "secrets": known.insert("type")
    case "events", "events.events.k8s.io":
      known.formUnion([
        "involvedObject.kind", "involvedObject.name", "involvedObject.namespace", "involvedObject.uid", "reason",
        "reportingComponent", "source", "type",
      ])
    default: break
    }
    return known
  }

  /// Splits at the commas that do not stand in parentheses.
  private static func requirements(_ text: String) -> [String] {
    var result: [String] = []
    var current = ""
    var depth = 0
    for character in text {
      switch character {
      case "(": depth += 1
      case ")": depth -= 1
      case "," where depth == 0:
        result.append(current)
        current = ""
        continue
      default: break
      }
      current.append(character)
    }
    result.append(current)
    return result.map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
  }

  private static func label(_ text: String) throws(FakeRefusal) -> Requirement {
    let bare = text.filter { $0 != " " }
    func checked(_ key: some StringProtocol) throws(FakeRefusal) -> String {
      guard !key.isEmpty, key.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_./".contains($0)) })
      else { throw .badRequest("unable to parse requirement: found '\(key)', expected: identifier") }
      return String(key)
    }
    if let open = text.firstIndex(of: "("), text.hasSuffix(")") {
      let words = text[..<open].split(separator: " ")
      guard words.count == 2, words[1] == "in" || words[1] == "notin" else {
        throw .badRequest("unable to parse requirement: found '\(text)', expected: in, notin, =, ==, !=, gt, lt")
      }
      let values = text[text.index(after: open)...].dropLast().split(separator: ",").map { $0.filter { $0 != " " } }
      let key = try checked(words[0])
      return words[1] == "in" ? .isOneOf(key, Set(values)) : .isNoneOf(key, Set(values))
    }
    if let range = bare.firstRange(of: "!="), range.lowerBound != bare.startIndex {
      return .isNoneOf(try checked(bare[..<range.lowerBound]), [String(bare[range.upperBound...])])
    }
    if bare.hasPrefix("!") { return .hasNot(try checked(bare.dropFirst())) }
    guard let equals = bare.firstIndex(of: "=") else { return .has(try checked(bare)) }
    var value = bare[bare.index(after: equals)...]
    if value.hasPrefix("=") { value = value.dropFirst() }
    guard !value.contains("=") else {
      throw .badRequest("unable to parse requirement: found '=', expected: identifier")
    }
    return .isOneOf(try checked(bare[..<equals]), [String(value)])
  }
}
