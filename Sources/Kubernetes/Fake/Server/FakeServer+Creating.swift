extension FakeServer {
  mutating func create(
    _ place: FakePlace, _ content: [String: JSONValue], _ call: FakeCall
  ) throws(FakeRefusal) -> FakeObject {
    try create(place, content, call) {
      FieldManagers.recordUpdate(from: FakeObject([:]), to: &$0, place, call)
    }
  }

  /// - Parameter record: notes in `metadata.managedFields` whose the fields are.
  mutating func create(
    _ place: FakePlace, _ content: [String: JSONValue], _ call: FakeCall, _ record: (inout FakeObject) -> Void
  ) throws(FakeRefusal) -> FakeObject {
    var object = try checked(content, place)
    if let version = object.metadata["resourceVersion"]?.string, !version.isEmpty {
      throw FakeRefusal(500, nil, "resourceVersion should not be set on objects to be created")
    }
    if let namespace = place.namespace { try checkNamespace(namespace, place.kind, object.name) }
    if object.name.isEmpty, let prefix = object.metadata["generateName"]?.string, !prefix.isEmpty {
      object.metadata["name"] = .string(prefix.prefix(58) + suffix())
    }
    try checkName(object, place.kind)
    if shelves[place.kind.shelf]?[object.key] != nil { throw .alreadyExists(place.kind, object.name) }
    created += 1
    object.metadata["uid"] = .string(Self.uid(created))
    object.metadata["creationTimestamp"] = .string(call.time)
    for field in ["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields", "generation"] {
      object.metadata[field] = nil
    }
    if place.kind.countsGenerations { object.metadata["generation"] = .integer(1) }
    if place.kind.hasStatus { object.content["status"] = place.kind.isCustom ? nil : .object([:]) }
    fillIn(&object, place.kind)
    record(&object)
    let kept = commit(place.kind, object)
    if place.kind.shelf == "customresourcedefinitions.apiextensions.k8s.io" { define(kept) }
    return kept
  }

  /// The caller's object, if its kind, version and namespace are those of the path.
  func checked(_ content: [String: JSONValue], _ place: FakePlace) throws(FakeRefusal) -> FakeObject {
    let kind = place.kind.resource.kind
    if let own = content["kind"]?.string, own != kind {
      throw .badRequest(
        "\(own) in version \"\(content["apiVersion"]?.string ?? place.version)\" cannot be handled as a \(kind): "
          + "converting (\(own)) to (\(kind)): unknown conversion")
    }
    if let own = content["apiVersion"]?.string, own != place.apiVersion {
      throw .badRequest(
        "the API version in the data (\(own)) does not match the expected API version (\(place.apiVersion))")
    }
    var object = FakeObject(content)
    if content["metadata"]?.object == nil { object.metadata = [:] }
    if let name = place.name, !object.name.isEmpty, object.name != name {
      throw .badRequest("the name of the object (\(object.name)) does not match the name on the URL (\(name))")
    }
    if let namespace = place.namespace {
      guard object.namespace.isEmpty || object.namespace == namespace else {
        throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
      }
      object.metadata["namespace"] = .string(namespace)
    }
    return object
  }

  private func checkNamespace(_ name: String, _ kind: FakeKind, _ object: String) throws(FakeRefusal) {
    guard let namespace = shelves["namespaces"]?[name] else {
      throw FakeRefusal(
        404, "NotFound", "namespaces \"\(name)\" not found", Status.Details(name: name, kind: "namespaces"))
    }
    guard namespace.isBeingDeleted else { return }
    throw FakeRefusal(
      403, "Forbidden",
      "\(kind.shelf) \"\(object)\" is forbidden: unable to create new content in namespace \(name) because it is being "
        + "terminated",
      Status.Details(
        name: object, group: kind.resource.group.isEmpty ? nil : kind.resource.group, kind: kind.resource.plural,
        causes: [
          Status.Cause(
            reason: "NamespaceTerminating", message: "namespace \(name) is being terminated",
            field: "metadata.namespace")
        ]))
  }

  private func checkName(_ object: FakeObject, _ kind: FakeKind) throws(FakeRefusal) {
    let name = object.name
    if name.isEmpty {
      throw .invalid(
        kind, "",
        [
          Status.Cause(
            reason: "FieldValueRequired", message: "Required value: name or generateName is required",
            field: "metadata.name")
        ])
    }
    // Names of roles may hold nearly anything; all others are DNS names.
    if kind.resource.group == "rbac.authorization.k8s.io" { return }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    let isGood =
      name.utf8.count <= 253
      && labels.allSatisfy { label in
        label.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
          && label.first.map { $0 != "-" } ?? false && label.last.map { $0 != "-" } ?? false
      }
    if isGood { return }
    throw .invalid(
      kind, name,
      [
        Status.Cause(
          reason: "FieldValueInvalid",
          message:
            "Invalid value: \"\(name)\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
            + "characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', "
            + "regex used for validation is "
            + #"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#,
          field: "metadata.name")
      ])
  }

  /// The few fields that a user of the fake would miss; the real server fills in many more.
  private func fillIn(_ object: inout FakeObject, _ kind: FakeKind) {
    switch kind.shelf {
    case "namespaces":
      object.content["spec"] = .object(["finalizers": .array([.string("kubernetes")])])
      object.content["status"] = .object(["phase": .string("Active")])
    case "pods": object.content["status"] = .object(["phase": .string("Pending")])
    case "deployments.apps", "replicasets.apps", "statefulsets.apps", "replicationcontrollers":
      var spec = object.content["spec"]?.object ?? [:]
      if spec["replicas"] == nil { spec["replicas"] = .integer(1) }
      object.content["spec"] = .object(spec)
    default: break
    }
  }

  /// Five characters, another five each time, and the same ones in each run of a test.
  private mutating func suffix() -> String {
    created += 1
    let letters = Array("bcdfghjklmnpqrstvwxz2456789")
    var mixed = created &* 0x9E37_79B9_7F4A_7C15
    mixed ^= mixed >> 29
    return String(
      (0..<5).map { _ in
        defer { mixed /= UInt64(letters.count) }
        return letters[Int(mixed % UInt64(letters.count))]
      })
  }

  private static func uid(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return "00000000-0000-4000-8000-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
  }
}
