extension FakeServer {
  mutating func replace(
    _ place: FakePlace, _ content: [String: JSONValue], _ call: FakeCall
  ) throws(FakeRefusal) -> (object: FakeObject, isNew: Bool) {
    let new = try checked(content, place)
    guard let old = shelves[place.kind.shelf]?[place.key] else {
      guard place.kind.createsOnReplace, place.subresource == nil else {
        throw .notFound(place.kind, place.name ?? "")
      }
      var content = content
      var metadata = new.metadata
      metadata["resourceVersion"] = nil
      content["metadata"] = .object(metadata)
      var collection = place
      collection.name = nil
      return (try create(collection, content, call), true)
    }
    let version = new.metadata["resourceVersion"]?.string ?? ""
    if version.isEmpty, !place.kind.mayReplaceBlindly {
      throw .invalid(
        kind: place.kind.resource.plural, group: place.kind.resource.group, old.name,
        [
          Status.Cause(
            reason: "FieldValueInvalid", message: "Invalid value: 0x0: must be specified for an update",
            field: "metadata.resourceVersion")
        ])
    }
    return (try write(old, new, place) { FieldManagers.recordUpdate(from: old, to: &$0, place, call) }, false)
  }

  /// Writes `new` over `old`, as far as the caller may change it.
  ///
  /// - Parameter record: notes in `metadata.managedFields` whose the changes are.
  mutating func write(
    _ old: FakeObject, _ new: FakeObject, _ place: FakePlace, _ record: (inout FakeObject) -> Void
  ) throws(FakeRefusal) -> FakeObject {
    if let wanted = new.metadata["resourceVersion"]?.string, !wanted.isEmpty {
      guard let number = UInt64(wanted) else {
        throw FakeRefusal(500, nil, "strconv.ParseUint: parsing \"\(wanted)\": invalid syntax")
      }
      guard number == old.version else { throw .modified(place.kind, old.name) }
    }
    if let uid = new.metadata["uid"]?.string, !uid.isEmpty, uid != old.uid {
      throw .conflict(
        place.kind, old.name,
        "StorageError: invalid object, Code: 4, Key: /registry/\(place.kind.resource.plural)/\(old.key), "
          + "ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: \(uid), UID in object "
          + "meta: \(old.uid)")
    }
    var result = merged(old, new, place)
    let added = result.finalizers.filter { !old.finalizers.contains($0) }
    if old.isBeingDeleted, !added.isEmpty {
      let list = added.map { "\"\($0)\"" }.joined(separator: ", ")
      throw .invalid(
        place.kind, old.name,
        [
          Status.Cause(
            reason: "FieldValueForbidden",
            message: "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers "
              + "[]string{\(list)}",
            field: "metadata.finalizers")
        ])
    }
    record(&result)
    if result.isSame(as: old) { return old }
    if old.isBeingDeleted, result.finalizers.isEmpty, !old.finalizers.isEmpty, !waitsForKubelet(place.kind, result) {
      // The last finalizer is gone, and the object with it; the caller still sees the old number.
      result.encode()
      remove(place.kind, result, last: result)
      return result
    }
    return commit(place.kind, result)
  }

  /// The new object, with what a caller cannot change taken from the old one.
  private func merged(_ old: FakeObject, _ new: FakeObject, _ place: FakePlace) -> FakeObject {
    var result = new
    if place.subresource == "status" {
      result = old
      result.content["status"] = new.content["status"]
      return result
    }
    if place.kind.hasStatus { result.content["status"] = old.content["status"] }
    for field in [
      "name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
      "generation", "resourceVersion",
    ] {
      result.metadata[field] = old.metadata[field]
    }
    // A caller may say anew whose the fields are; one that says nothing readable changes nothing.
    if FieldManagers.owners(of: new).isEmpty { result.metadata["managedFields"] = old.metadata["managedFields"] }
    result.metadata["selfLink"] = nil
    for field in ["labels", "annotations", "finalizers", "ownerReferences"] {
      let isEmpty = result.metadata[field].map { $0 == .object([:]) || $0 == .array([]) || $0 == .null } ?? false
      if isEmpty { result.metadata[field] = nil }
    }
    if place.kind.countsGenerations, Self.hasChanged(old, result), let number = old.metadata["generation"]?.integer {
      result.metadata["generation"] = .integer(number + 1)
    }
    return result
  }

  private static func hasChanged(_ old: FakeObject, _ new: FakeObject) -> Bool {
    func desired(_ object: FakeObject) -> [String: JSONValue] {
      object.content.filter { $0.key != "metadata" && $0.key != "status" }
    }
    return desired(old) != desired(new)
  }
}
