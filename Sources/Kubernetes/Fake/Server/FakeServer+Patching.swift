extension FakeServer {
  mutating func patch(_ place: FakePlace, _ call: FakeCall) throws(FakeRefusal) -> (object: FakeObject, isNew: Bool) {
    if call.contentType == "application/apply-patch+yaml" { return try apply(place, call) }
    let old = try object(place)
    let patched = try patched(Self.whole(old, place), place, call)
    let new = try checked(patched.object ?? [:], place)
    return (try write(old, new, place) { FieldManagers.recordUpdate(from: old, to: &$0, place, call) }, false)
  }

  /// What a patch (of any kind but apply) makes of an object.
  func patched(_ whole: JSONValue, _ place: FakePlace, _ call: FakeCall) throws(FakeRefusal) -> JSONValue {
    switch call.contentType {
    case "application/merge-patch+json": return MergePatch.apply(try call.json(), to: whole)
    case "application/json-patch+json": return try JSONPatch.apply(try call.json(), to: whole)
    case "application/strategic-merge-patch+json" where !place.kind.isCustom:
      return StrategicPatch.apply(try call.json(), to: whole, shelf: place.kind.shelf)
    case "application/strategic-merge-patch+json":
      throw .unsupportedMedia([
        "application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml",
      ])
    default: throw FakeRefusal(415, "UnsupportedMediaType", "415: Unsupported Media Type", Status.Details())
    }
  }

  private mutating func apply(
    _ place: FakePlace, _ call: FakeCall
  ) throws(FakeRefusal) -> (object: FakeObject, isNew: Bool) {
    guard let manager = call.query("fieldManager"), !manager.isEmpty else {
      throw .invalid(
        kind: "PatchOptions", group: "meta.k8s.io", "",
        [
          Status.Cause(
            reason: "FieldValueRequired", message: "Required value: is required for apply patch",
            field: "fieldManager")
        ])
    }
    let content = try call.object()
    guard content["apiVersion"]?.string == place.apiVersion else {
      throw .badRequest(
        "Incorrect version specified in apply patch. Specified patch version: "
          + "\(content["apiVersion"]?.string ?? ""), expected: \(place.apiVersion)")
    }
    let wanted = try checked(content, place)
    if let own = wanted.metadata["managedFields"], own != .null {
      throw .badRequest("metadata.managedFields must be nil")
    }
    let merge = ServerSideApply(
      kind: place.kind,
      manager: FieldOwner(
        manager: manager, operation: "Apply", apiVersion: place.apiVersion, time: call.time),
      isForced: call.flag("force"))
    guard let old = shelves[place.kind.shelf]?[place.key] else {
      if place.subresource != nil { throw .notFound(place.kind, place.name ?? "") }
      var fresh = wanted
      fresh.metadata["name"] = place.name.map { .string($0) }
      var collection = place
      collection.name = nil
      let nobodys = FakeObject([:])
      let entry = FieldManagers.owners(of: try merge.apply(wanted, to: nobodys))
      return (try create(collection, fresh.content, call) { FieldManagers.set(entry, of: &$0) }, true)
    }
    var merged = try merge.apply(wanted, to: old)
    merged.metadata["resourceVersion"] = wanted.metadata["resourceVersion"]
    let managed = merged.metadata["managedFields"]
    return (try write(old, merged, place) { $0.metadata["managedFields"] = managed }, false)
  }

  static func whole(_ object: FakeObject, _ place: FakePlace) -> JSONValue {
    var content = object.content
    content["kind"] = .string(place.kind.resource.kind)
    content["apiVersion"] = .string(place.apiVersion)
    // A patch that sets none must not be held against the version that it was made from.
    var metadata = object.metadata
    metadata["resourceVersion"] = nil
    content["metadata"] = .object(metadata)
    return .object(content)
  }
}
