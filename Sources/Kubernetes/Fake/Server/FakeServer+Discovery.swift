extension FakeServer {
  var versionDocument: [String: JSONValue] {
    let numbers = gitVersion.drop { $0 == "v" }.split(separator: ".")
    return [
      "major": .string(numbers.first.map(String.init) ?? "1"),
      "minor": .string(numbers.count > 1 ? String(numbers[1]) : "20"), "gitVersion": .string(gitVersion),
      "gitCommit": .string("fake"), "gitTreeState": .string("clean"), "buildDate": .string("1970-01-01T00:00:00Z"),
      "goVersion": .string("none"), "compiler": .string("swift"), "platform": .string("linux/amd64"),
    ]
  }

  var coreVersions: [String: JSONValue] {
    ["kind": .string("APIVersions"), "versions": .array([.string("v1")]), "serverAddressByClientCIDRs": .array([])]
  }

  var groupList: [String: JSONValue] {
    [
      "kind": .string("APIGroupList"), "apiVersion": .string("v1"),
      "groups": .array(groupNames.map { .object(groupBody($0)) }),
    ]
  }

  func group(_ name: String) -> [String: JSONValue] {
    var result = groupBody(name)
    result["kind"] = .string("APIGroup")
    result["apiVersion"] = .string("v1")
    return result
  }

  func resources(_ group: String, _ version: String) -> [String: JSONValue] {
    let served = kinds.filter { $0.resource.group == group && $0.versions.contains(version) }
    var list: [JSONValue] = []
    for kind in served.sorted(by: { $0.resource.plural < $1.resource.plural }) { list += Self.entries(kind) }
    if group == "authorization.k8s.io" {
      list.append(
        .object([
          "name": .string("selfsubjectaccessreviews"), "singularName": .string(""), "namespaced": .bool(false),
          "kind": .string("SelfSubjectAccessReview"), "verbs": .array([.string("create")]),
        ]))
    }
    return [
      "kind": .string("APIResourceList"), "apiVersion": .string("v1"),
      "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"), "resources": .array(list),
    ]
  }

  private var groupNames: [String] {
    var seen: Set<String> = [""]
    return kinds.map(\.resource.group).filter { seen.insert($0).inserted } + ["authorization.k8s.io"]
  }

  private func groupBody(_ name: String) -> [String: JSONValue] {
    var versions: [String] = []
    for kind in kinds where kind.resource.group == name {
      versions += kind.versions.filter { !versions.contains($0) }
    }
    if versions.isEmpty { versions = ["v1"] }
    func entry(_ version: String) -> JSONValue {
      .object(["groupVersion": .string("\(name)/\(version)"), "version": .string(version)])
    }
    return [
      "name": .string(name), "versions": .array(versions.map(entry)), "preferredVersion": entry(versions[0]),
    ]
  }

  private static func entries(_ kind: FakeKind) -> [JSONValue] {
    var verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
    if ["namespaces", "services"].contains(kind.shelf) { verbs.remove(at: 2) }
    var entry: [String: JSONValue] = [
      "name": .string(kind.resource.plural),
      "singularName": .string(kind.isCustom ? kind.resource.kind.lowercased() : ""),
      "namespaced": .bool(kind.resource.isNamespaced), "kind": .string(kind.resource.kind),
      "verbs": .array(verbs.map { .string($0) }),
    ]
    if !kind.shortNames.isEmpty { entry["shortNames"] = .array(kind.shortNames.map { .string($0) }) }
    if !kind.categories.isEmpty { entry["categories"] = .array(kind.categories.map { .string($0) }) }
    func part(_ name: String, _ of: String, _ verbs: [String]) -> JSONValue {
      .object([
        "name": .string("\(kind.resource.plural)/\(name)"), "singularName": .string(""),
        "namespaced": .bool(kind.resource.isNamespaced), "kind": .string(of),
        "verbs": .array(verbs.map { .string($0) }),
      ])
    }
    var result: [JSONValue] = [.object(entry)]
    if kind.hasStatus { result.append(part("status", kind.resource.kind, ["get", "patch", "update"])) }
    if kind.hasScale { result.append(part("scale", "Scale", ["get", "patch", "update"])) }
    for name in kind.parts {
      switch name {
      case "eviction": result.append(part(name, "Eviction", ["create"]))
      case "log": result.append(part(name, kind.resource.kind, ["get"]))
      default: result.append(part(name, "Pod\(name.capitalizedPart)Options", ["create", "get"]))
      }
    }
    return result
  }

  /// Serves a kind from the moment that its definition is created, as a real server does a little later.
  mutating func define(_ definition: FakeObject) {
    guard let spec = definition.content["spec"]?.object, let names = spec["names"]?.object,
      let plural = names["plural"]?.string, let name = names["kind"]?.string, let group = spec["group"]?.string
    else { return }
    let versions = (spec["versions"]?.array ?? []).compactMap(\.object)
    let served = versions.filter { $0["served"] != .bool(false) }.compactMap { $0["name"]?.string }
    guard let first = served.first else { return }
    let parts = versions.compactMap { $0["subresources"]?.object }
    let kind = FakeKind(
      custom: ResourceType(
        group: group, version: first, plural: plural, kind: name,
        isNamespaced: spec["scope"]?.string != "Cluster"),
      versions: served, shortNames: (names["shortNames"]?.array ?? []).compactMap(\.string),
      hasStatus: parts.contains { $0["status"] != nil }, hasScale: parts.contains { $0["scale"] != nil })
    register(kind)
  }

  mutating func register(_ kind: FakeKind) {
    kinds.removeAll { $0.shelf == kind.shelf }
    kinds.append(kind)
  }

  /// Answers a `SelfSubjectAccessReview` by the rules, and nil if the request is none.
  func review(_ call: FakeCall) throws(FakeRefusal) -> FakeAnswer? {
    guard call.request.path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" else { return nil }
    guard call.request.method == .post else { throw .methodNotAllowed }
    var review = try call.object()
    let wanted = review["spec"]?.object?["resourceAttributes"]?.object ?? [:]
    func text(_ name: String) -> String? { wanted[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
    let isAllowed = allows(
      FakeAccessQuestion(
        verb: text("verb") ?? "", group: text("group") ?? "", resource: text("resource") ?? "",
        subresource: text("subresource"), namespace: text("namespace"), name: text("name")))
    review["kind"] = .string("SelfSubjectAccessReview")
    review["apiVersion"] = .string("authorization.k8s.io/v1")
    var metadata = review["metadata"]?.object ?? [:]
    metadata["creationTimestamp"] = .null
    review["metadata"] = .object(metadata)
    review["status"] = .object(["allowed": .bool(isAllowed)])
    return .json(201, review)
  }
}

extension String {
  /// As `Exec` of `exec`, `PortForward` of `portforward`.
  fileprivate var capitalizedPart: String {
    self == "portforward" ? "PortForward" : prefix(1).uppercased() + dropFirst()
  }
}
