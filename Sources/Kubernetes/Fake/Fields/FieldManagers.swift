/// Keeps account of who owns which field, by the rules of server-side apply.
enum FieldManagers {
  static func owners(of object: FakeObject) -> [FieldOwner] {
    (object.metadata["managedFields"]?.array ?? []).compactMap { FieldOwner($0) }
  }

  static func set(_ owners: [FieldOwner], of object: inout FakeObject) {
    let kept = owners.filter { !$0.paths.isEmpty }
      .sorted { ($0.operation, $0.time, $0.manager) < ($1.operation, $1.time, $1.manager) }
    object.metadata["managedFields"] = kept.isEmpty ? nil : .array(kept.map(\.value))
  }

  /// Gives the writer what it changed, and takes that from everybody else.
  static func recordUpdate(from old: FakeObject, to new: inout FakeObject, _ place: FakePlace, _ call: FakeCall) {
    let before = FieldPaths.all(old, place.kind, .update)
    let after = FieldPaths.all(new, place.kind, .update)
    let changed = Set(after.filter { before[$0.key] != .some($0.value) }.keys)
    let removed = Set(before.keys).subtracting(after.keys)
    // The writer may have handed fields over by changing this account itself.
    var owners = owners(of: new)
    if changed.isEmpty, removed.isEmpty {
      set(owners, of: &new)
      return
    }
    var writer = FieldOwner(
      manager: call.manager, operation: "Update", apiVersion: place.apiVersion, time: call.time)
    for index in owners.indices {
      if owners[index].isSameManager(as: writer) {
        writer.paths = owners[index].paths
      } else {
        owners[index].paths.subtract(changed)
      }
      owners[index].paths.subtract(removed)
    }
    owners.removeAll { $0.isSameManager(as: writer) }
    writer.paths.formUnion(changed)
    writer.paths.subtract(removed)
    set(owners + [writer], of: &new)
  }
}
