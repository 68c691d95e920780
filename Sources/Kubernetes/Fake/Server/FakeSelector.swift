/// Which objects of a collection a request means: a label selector and a field selector.
struct FakeSelector: Sendable {
  private let labels: LabelQuery
  private let fields: FieldQuery

  var isEmpty: Bool { labels.requirements.isEmpty && fields.requirements.isEmpty }

  init(labels: String?, fields: String?, kind: FakeKind) throws(FakeRefusal) {
    do {
      self.labels = try LabelQuery(labels ?? "")
      self.fields = try FieldQuery(fields ?? "")
    } catch {
      throw .badRequest("unable to parse requirement: \(error.message)")
    }
    let known = Self.knownFields(kind)
    for requirement in self.fields.requirements where !known.contains(requirement.field) {
      throw .badRequest(
        "\"\(requirement.field)\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
    }
  }

  func matches(_ object: FakeObject) -> Bool {
    if !labels.requirements.isEmpty {
      guard labels.matches(object.metadata["labels"]?.object?.compactMapValues(\.string)) else { return false }
    }
    return fields.requirements.allSatisfy { (Self.field($0.field, of: object) == $0.value) == $0.isEqual }
  }

  private static func field(_ name: String, of object: FakeObject) -> String {
    var value = JSONValue.object(object.content)
    for step in name.split(separator: ".") {
      guard let next = value.object?[String(step)] else { return "" }
      value = next
    }
    if case .bool(let flag) = value { return flag ? "true" : "false" }
    return value.string ?? ""
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
}
