extension FakeServer {
  /// Keeps an object, gives it the next number, and tells those who watch.
  @discardableResult
  mutating func commit(_ kind: FakeKind, _ object: FakeObject) -> FakeObject {
    let previous = shelves[kind.shelf]?[object.key]
    var object = object
    version += 1
    object.version = version
    object.metadata["resourceVersion"] = .string(String(version))
    object.encode()
    shelves[kind.shelf, default: FakeShelf()].put(object)
    let reference = Reference(shelf: kind.shelf, key: object.key)
    if let previous { unlink(previous, reference) }
    for owner in object.owners.compactMap({ $0["uid"]?.string }) { dependents[owner, default: []].insert(reference) }
    log.append(
      FakeLog.Event(
        shelf: kind.shelf, change: previous == nil ? .added : .modified, object: object, previous: previous))
    return object
  }

  /// Takes an object away for good, and then whatever was waiting for that.
  mutating func remove(_ kind: FakeKind, _ object: FakeObject, last: FakeObject? = nil) {
    guard let previous = shelves[kind.shelf]?[object.key] else { return }
    shelves[kind.shelf]?.take(object.key)
    version += 1
    var final = last ?? previous
    final.version = version
    final.metadata["resourceVersion"] = .string(String(version))
    final.encode()
    unlink(previous, Reference(shelf: kind.shelf, key: object.key))
    log.append(FakeLog.Event(shelf: kind.shelf, change: .deleted, object: final, previous: previous))
    for owner in previous.owners { finishForeground(owner) }
    collectDependents(of: previous.uid)
    finishNamespace(previous.namespace)
  }

  func kind(ofShelf shelf: String) -> FakeKind? { kinds.first { $0.shelf == shelf } }

  private mutating func unlink(_ object: FakeObject, _ reference: Reference) {
    for owner in object.owners.compactMap({ $0["uid"]?.string }) {
      dependents[owner]?.remove(reference)
      if dependents[owner]?.isEmpty == true { dependents[owner] = nil }
    }
  }

  /// Deletes those whose last owner went. A real cluster's garbage collector does so a little later.
  private mutating func collectDependents(of uid: String) {
    for reference in (dependents[uid] ?? []).sorted(by: { ($0.shelf, $0.key) < ($1.shelf, $1.key) }) {
      guard let kind = kind(ofShelf: reference.shelf), var object = shelves[reference.shelf]?[reference.key] else {
        continue
      }
      let others = object.owners.filter { $0["uid"]?.string != uid }
      if others.isEmpty {
        beginDeletion(kind, object, grace: nil)
      } else {
        object.metadata["ownerReferences"] = .array(others.map { .object($0) })
        commit(kind, object)
      }
    }
  }

  /// An owner that waits for its dependents goes when the last one that holds it is gone.
  private mutating func finishForeground(_ owner: [String: JSONValue]) {
    guard let uid = owner["uid"]?.string, let name = owner["name"]?.string, let text = owner["kind"]?.string else {
      return
    }
    for kind in kinds where kind.resource.kind == text {
      guard let shelf = shelves[kind.shelf] else { continue }
      for object in shelf.objects.values where object.name == name && object.uid == uid {
        endForegroundDeletion(kind, object)
      }
    }
  }

  mutating func endForegroundDeletion(_ kind: FakeKind, _ object: FakeObject) {
    guard object.isBeingDeleted, object.finalizers.contains("foregroundDeletion") else { return }
    let isHeld = (dependents[object.uid] ?? []).contains { reference in
      shelves[reference.shelf]?[reference.key]?.owners.contains {
        $0["uid"]?.string == object.uid && $0["blockOwnerDeletion"] == .bool(true)
      } ?? false
    }
    if isHeld { return }
    var object = object
    object.finalizers.removeAll { $0 == "foregroundDeletion" }
    if object.finalizers.isEmpty { remove(kind, object, last: object) } else { commit(kind, object) }
  }

  /// A namespace that is being deleted goes when nothing is left in it.
  mutating func finishNamespace(_ name: String) {
    guard !name.isEmpty, let kind = kind(ofShelf: "namespaces"),
      let namespace = shelves["namespaces"]?[name], namespace.isBeingDeleted
    else { return }
    let isEmpty = shelves.values.allSatisfy { shelf in
      var rest = shelf.objects(in: name).makeIterator()
      return rest.next() == nil
    }
    if isEmpty { remove(kind, namespace) }
  }
}
