extension FakeServer {
  private enum Propagation { case background, foreground, orphan }

  mutating func delete(_ place: FakePlace, _ call: FakeCall) throws(FakeRefusal) -> FakeAnswer {
    let options = try deleteOptions(call)
    let object = try object(place)
    let preconditions = options["preconditions"]?.object ?? [:]
    if let uid = preconditions["uid"]?.string, uid != object.uid {
      throw .precondition(
        place.kind, object.name,
        "the UID in the precondition (\(uid)) does not match the UID in record (\(object.uid)). The object might have "
          + "been deleted and then recreated")
    }
    if let version = preconditions["resourceVersion"]?.string, version != String(object.version) {
      throw .precondition(
        place.kind, object.name,
        "the ResourceVersion in the precondition (\(version)) does not match the ResourceVersion in record "
          + "(\(object.version)). The object might have been modified")
    }
    let last = delete(
      place.kind, object, try propagation(options, place.kind, call), grace: try grace(options, call))
    if place.kind.returnsDeleted || shelves[place.kind.shelf]?[place.key]?.uid == object.uid || last.isBeingDeleted {
      return .json(200, Self.render(last, place, try call.view(ofList: false)))
    }
    var details = Status.Details(name: object.name, kind: place.kind.resource.plural, uid: object.uid)
    if !place.kind.resource.group.isEmpty { details.group = place.kind.resource.group }
    return .json(200, FakeStatus.json(Status(status: "Success", details: details)))
  }

  mutating func deleteCollection(_ place: FakePlace, _ call: FakeCall) throws(FakeRefusal) -> FakeAnswer {
    if place.kind.shelf == "namespaces" || place.kind.shelf == "services" { throw .methodNotAllowed }
    let options = try deleteOptions(call)
    let selector = try FakeSelector(
      labels: call.query("labelSelector"), fields: call.query("fieldSelector"), kind: place.kind)
    let propagation = try propagation(options, place.kind, call)
    let grace = try grace(options, call)
    let objects = Array((shelves[place.kind.shelf] ?? FakeShelf()).objects(in: place.namespace))
      .filter { selector.matches($0) }
    for object in objects where shelves[place.kind.shelf]?[object.key] != nil {
      _ = delete(place.kind, object, propagation, grace: grace)
    }
    let head = Self.headed(
      "\(place.kind.resource.kind)List", place.apiVersion,
      JSONWriter.bytes(.object(["metadata": .object(["resourceVersion": .string(String(version))])])))
    let items = objects.map { place.kind.isCustom ? Self.render($0, place, .whole) : $0.encoded }
    return .json(
      200,
      head.dropLast() + Array(",\"items\":[".utf8) + items.joined(separator: [UInt8(ascii: ",")])
        + Array("]}".utf8))
  }

  /// Returns the object as it was last seen.
  private mutating func delete(
    _ kind: FakeKind, _ object: FakeObject, _ propagation: Propagation, grace: Int64?
  ) -> FakeObject {
    var object = object
    switch propagation {
    case .background: break
    case .orphan:
      for reference in (dependents[object.uid] ?? []).sorted(by: { ($0.shelf, $0.key) < ($1.shelf, $1.key) }) {
        guard let its = self.kind(ofShelf: reference.shelf), var child = shelves[reference.shelf]?[reference.key]
        else { continue }
        let others = child.owners.filter { $0["uid"]?.string != object.uid }
        child.metadata["ownerReferences"] = others.isEmpty ? nil : .array(others.map { .object($0) })
        commit(its, child)
      }
    case .foreground:
      if !object.finalizers.contains("foregroundDeletion") { object.finalizers.append("foregroundDeletion") }
      let marked = mark(kind, object, grace: grace)
      for reference in (dependents[object.uid] ?? []).sorted(by: { ($0.shelf, $0.key) < ($1.shelf, $1.key) }) {
        guard let its = self.kind(ofShelf: reference.shelf), let child = shelves[reference.shelf]?[reference.key]
        else { continue }
        _ = delete(its, child, .foreground, grace: nil)
      }
      endForegroundDeletion(kind, shelves[kind.shelf]?[object.key] ?? marked)
      return marked
    }
    return beginDeletion(kind, object, grace: grace)
  }

  /// Deletes an object now, or marks it when finalizers or a kubelet have to agree.
  @discardableResult
  mutating func beginDeletion(
    _ kind: FakeKind, _ object: FakeObject, grace: Int64?
  ) -> FakeObject {
    if kind.shelf == "namespaces" { return deleteNamespace(kind, object) }
    let waits = waitsForKubelet(kind, object) && grace != 0
    if object.finalizers.isEmpty, !waits {
      remove(kind, object)
      return object
    }
    return mark(kind, object, grace: waits ? grace ?? 30 : 0)
  }

  /// A pod on a node goes only when its kubelet says so, or when the caller grants no time.
  func waitsForKubelet(_ kind: FakeKind, _ object: FakeObject) -> Bool {
    kind.shelf == "pods" && object.text(at: "spec", "nodeName") != nil
      && !["Succeeded", "Failed"].contains(object.text(at: "status", "phase") ?? "")
      && object.metadata["deletionGracePeriodSeconds"]?.integer != 0
  }

  private mutating func mark(_ kind: FakeKind, _ object: FakeObject, grace: Int64?) -> FakeObject {
    if object.isBeingDeleted { return object }
    var object = object
    object.metadata["deletionTimestamp"] = .string(time)
    object.metadata["deletionGracePeriodSeconds"] = .integer(grace ?? 0)
    if let number = object.metadata["generation"]?.integer { object.metadata["generation"] = .integer(number + 1) }
    return commit(kind, object)
  }

  /// Takes a namespace and everything in it away; what has finalizers holds it.
  private mutating func deleteNamespace(_ kind: FakeKind, _ object: FakeObject) -> FakeObject {
    var namespace = object
    if !namespace.isBeingDeleted {
      namespace.metadata["deletionTimestamp"] = .string(time)
      namespace.content["status"] = .object(["phase": .string("Terminating")])
      namespace = commit(kind, namespace)
    }
    for (shelf, objects) in shelves.sorted(by: { $0.key < $1.key }) {
      guard let its = self.kind(ofShelf: shelf), its.resource.isNamespaced else { continue }
      for child in Array(objects.objects(in: object.name)) where shelves[shelf]?[child.key] != nil {
        beginDeletion(its, child, grace: 0)
      }
    }
    finishNamespace(object.name)
    return namespace
  }

  private func deleteOptions(_ call: FakeCall) throws(FakeRefusal) -> [String: JSONValue] {
    guard let body = call.request.body, body.readableBytes > 0 else { return [:] }
    return try call.object()
  }

  private func grace(_ options: [String: JSONValue], _ call: FakeCall) throws(FakeRefusal) -> Int64? {
    options["gracePeriodSeconds"]?.integer ?? call.query("gracePeriodSeconds").flatMap { Int64($0) }
  }

  private func propagation(
    _ options: [String: JSONValue], _ kind: FakeKind, _ call: FakeCall
  ) throws(FakeRefusal) -> Propagation {
    switch options["propagationPolicy"]?.string ?? call.query("propagationPolicy") {
    case nil: return kind.orphansByDefault ? .orphan : .background
    case "Background": return .background
    case "Foreground": return .foreground
    case "Orphan": return .orphan
    case .some(let other):
      throw .invalid(
        kind: "DeleteOptions", group: "meta.k8s.io", "",
        [
          Status.Cause(
            reason: "FieldValueNotSupported",
            message: "Unsupported value: \"\(other)\": supported values: \"Foreground\", \"Background\", \"Orphan\", "
              + "\"nil\"",
            field: "propagationPolicy")
        ])
    }
  }
}
