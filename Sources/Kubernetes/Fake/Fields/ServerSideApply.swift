/// Server-side apply: merges what a manager wants into what is there, and says whose fields it would take.
struct ServerSideApply {
  let kind: FakeKind
  let manager: FieldOwner
  let isForced: Bool

  /// - Parameters:
  ///   - live: empty if there is no object yet.
  ///   - wanted: the manager's whole opinion.
  func apply(_ wanted: FakeObject, to live: FakeObject) throws(FakeRefusal) -> FakeObject {
    let before = FieldPaths.all(live, kind, .apply)
    let mine = FieldPaths.all(wanted, kind, .apply)
    var result = live
    var content = wanted.content
    if let metadata = content["metadata"]?.object {
      content["metadata"] = .object(metadata.filter { !FieldPaths.serverFields.contains($0.key) })
    }
    result.content = Self.merge(.object(content), into: .object(live.content), "", kind).object ?? live.content

    let changed = Set(mine.filter { before[$0.key] != .some($0.value) && before[$0.key] != nil }.keys)
    var owners = FieldManagers.owners(of: live)
    let previous = owners.first { $0.isSameManager(as: manager) }?.paths ?? []
    var conflicts: [(owner: FieldOwner, path: FieldPaths.Path)] = []
    for index in owners.indices where !owners[index].isSameManager(as: manager) {
      let taken = owners[index].paths.intersection(changed)
      conflicts += taken.map { (owners[index], $0) }
      owners[index].paths.subtract(taken)
    }
    if !conflicts.isEmpty, !isForced { throw Self.refusal(conflicts) }

    owners.removeAll { $0.isSameManager(as: manager) }
    var entry = manager
    entry.paths = Set(mine.keys)
    // A map that was owned as such, as updates own maps, stays for what is in it now.
    prune(previous.subtracting(mine.keys), owners + [entry], &result)
    if previous == entry.paths, changed.isEmpty,
      let old = FieldManagers.owners(of: live).first(where: { $0.isSameManager(as: manager) })
    {
      entry.time = old.time
    }
    FieldManagers.set(owners + [entry], of: &result)
    return result
  }

  /// Takes away what the manager wanted before and wants no longer, unless somebody owns it or something in it.
  private func prune(_ gone: Set<FieldPaths.Path>, _ others: [FieldOwner], _ object: inout FakeObject) {
    // From the outside in: an element goes whole, while its key still tells which it is.
    for path in gone.sorted(by: { $0.count < $1.count }) {
      let isOwned = others.contains { $0.paths.contains { $0.starts(with: path) } }
      if isOwned { continue }
      // Somebody may want what held it to be there, and empty.
      let keepsParent = others.contains { $0.paths.contains(Array(path.dropLast())) }
      object.content =
        Self.removing(path[...], from: .object(object.content), keepsParent: keepsParent)?.object ?? [:]
    }
  }

  private static func removing(
    _ path: ArraySlice<String>, from value: JSONValue, keepsParent: Bool
  ) -> JSONValue? {
    guard let step = path.first else { return nil }
    if step.hasPrefix("f:"), var fields = value.object {
      let name = String(step.dropFirst(2))
      fields[name] = fields[name].flatMap {
        removing(path.dropFirst(), from: $0, keepsParent: keepsParent)
      }
      let isKept = path.count > 2 || (path.count == 1 && keepsParent)
      return fields.isEmpty && !isKept ? nil : .object(fields)
    }
    if var elements = value.array, let index = elements.firstIndex(where: { Self.is($0, step) }) {
      if let rest = removing(path.dropFirst(), from: elements[index], keepsParent: keepsParent) {
        elements[index] = rest
      } else {
        elements.remove(at: index)
      }
      return elements.isEmpty ? nil : .array(elements)
    }
    return value
  }

  private static func `is`(_ element: JSONValue, _ step: String) -> Bool {
    if step.hasPrefix("v:") { return ListShape.set.step(to: element) == step }
    let names = element.object.map { Array($0.keys) } ?? []
    return names.contains { ListShape.keyed([$0]).step(to: element) == step }
      || ListShape.keyed(["containerPort", "protocol"]).step(to: element) == step
      || ListShape.keyed(["port", "protocol"]).step(to: element) == step
      || ListShape.keyed(["topologyKey", "whenUnsatisfiable"]).step(to: element) == step
  }

  private static func merge(_ wanted: JSONValue, into live: JSONValue, _ name: String, _ kind: FakeKind) -> JSONValue {
    switch wanted {
    case .object(let changes):
      if name == "selector", kind.shelf != "services" { return wanted }
      var fields = live.object ?? [:]
      for (field, value) in changes where value != .null {
        fields[field] = merge(value, into: fields[field] ?? .null, field, kind)
      }
      return .object(fields)
    case .array(let changes):
      let shape = kind.isCustom ? .atomic : ListShape(name, changes.first, shelf: kind.shelf)
      let steps = changes.map { shape.step(to: $0) }
      guard shape != .atomic, !steps.contains(nil) else { return wanted }
      var elements = live.array ?? []
      for (step, change) in zip(steps, changes) {
        if let index = elements.firstIndex(where: { shape.step(to: $0) == step }) {
          elements[index] = merge(change, into: elements[index], "", kind)
        } else {
          elements.append(change)
        }
      }
      return .array(elements)
    default: return wanted
    }
  }

  private static func refusal(_ conflicts: [(owner: FieldOwner, path: FieldPaths.Path)]) -> FakeRefusal {
    func whom(_ owner: FieldOwner) -> String {
      "conflict with \"\(owner.manager)\"" + (owner.operation == "Update" ? " using \(owner.apiVersion)" : "")
    }
    let causes = conflicts.map { conflict in
      Status.Cause(
        reason: "FieldManagerConflict", message: whom(conflict.owner), field: FieldPaths.text(conflict.path))
    }.sorted { ($0.message ?? "", $0.field ?? "") < ($1.message ?? "", $1.field ?? "") }
    let message: String
    if causes.count == 1 {
      message = "Apply failed with 1 conflict: \(causes[0].message ?? ""): \(causes[0].field ?? "")"
    } else {
      var groups: [(whom: String, fields: [String])] = []
      for cause in causes {
        let whom = (cause.message ?? "").replacing("conflict ", with: "conflicts ", maxReplacements: 1)
        if groups.last?.whom != whom { groups.append((whom, [])) }
        groups[groups.count - 1].fields.append(cause.field ?? "")
      }
      message =
        "Apply failed with \(causes.count) conflicts: "
        + groups.map { "\($0.whom):\n" + $0.fields.map { "- \($0)" }.joined(separator: "\n") }.joined(separator: "\n")
    }
    return FakeRefusal(409, "Conflict", message, Status.Details(causes: causes))
  }
}
