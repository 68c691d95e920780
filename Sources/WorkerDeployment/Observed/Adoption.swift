import Kubernetes

/// Making an object be as ours says, without anything that only the original scripts have put there, or we ourselves before.
///
/// An apply alone would leave their fields beside ours: two containers in a pod, a variable that has a value and a source of
/// a value at once. Were their fields ours, an apply would take away what it does not name, but not cleanly on servers of 1.20:
/// where fields stood one below the other, an empty one is left behind (`valueFrom: {}`), and refused. So there are three
/// writes. The first makes the contents right and leaves the labels, by which a second run still sees whose object it is. The
/// second hands the account of their fields to us. The third is the usual apply, and with it the object is ours.
struct Adoption: Sendable {
  let current: DynamicObject
  private static let outside: Set = ["apiVersion", "kind", "metadata", "status"]

  /// What the object will be, as far as that can be known here: the server adds its defaults.
  func predicted(_ wanted: DynamicObject) -> DynamicObject {
    let entries = ManagedEntry.all(of: current)
    let taken = entries.filter(isTaken).reduce(FieldSet()) { $0.union($1.fields) }.without("f:status")
    let others = entries.filter { !isTaken($0) }.reduce(FieldSet()) { $0.union($1.fields) }
    let ours = JSONValue.object(wanted.content)
    let rest = Self.pruned(.object(current.content), taken, others: others, wanted: ours) ?? .object([:])
    return DynamicObject(merged(ours, into: rest, "").object ?? current.content)
  }

  /// Whether its fields go unless ours says them.
  private func isTaken(_ entry: ManagedEntry) -> Bool {
    entry.isOurs || (entry.isOfOriginal && ObjectOwner(current) == .original)
  }

  /// A patch that makes the contents be as predicted.
  ///
  /// - Parameter isTrial: then labels and annotations too; else only if the object is still of this version.
  func operations(_ predicted: DynamicObject, isTrial: Bool) -> [PatchOperation] {
    var operations: [PatchOperation] = []
    if !isTrial, let version = current.resourceVersion {
      operations.append(.add("/metadata/resourceVersion", .string(version)))
    }
    for field in predicted.content.keys.sorted() where !Self.outside.contains(field) {
      if let value = predicted.content[field], value != current.content[field] {
        operations.append(.add("/\(field)", value))
      }
    }
    for field in current.content.keys.sorted() where predicted.content[field] == nil && !Self.outside.contains(field) {
      operations.append(.remove("/\(field)"))
    }
    guard isTrial else { return operations }
    for field in ["labels", "annotations"] {
      operations.append(.add("/metadata/\(field)", predicted["metadata"]?[.name(field)] ?? .object([:])))
    }
    return operations
  }

  /// `metadata.managedFields` after the hand-over; nil when there is nothing to take.
  func handOver(apiVersion: String) -> JSONValue? {
    let entries = ManagedEntry.all(of: current)
    let taken = entries.filter { isTaken($0) && $0.apiVersion == apiVersion }
    guard var entry = taken.first?.content, taken.contains(where: { !$0.isOurs || $0.operation != "Apply" }) else {
      return nil
    }
    entry["manager"] = .string(WorkerNames.manager)
    entry["operation"] = .string("Apply")
    entry["fieldsV1"] = taken.reduce(FieldSet()) { $0.union($1.fields) }.without("f:status").value
    let rest = entries.filter { !taken.contains($0) }
    return .array([.object(entry)] + rest.map { .object($0.content) })
  }

  /// Takes away what nobody else owns and ours does not say.
  private static func pruned(
    _ value: JSONValue, _ theirs: FieldSet, others: FieldSet?, wanted: JSONValue?
  ) -> JSONValue? {
    if wanted == nil, others == nil { return nil }
    var result = value
    var gone: [FieldSet.Place] = []
    for (step, below) in theirs.children {
      guard let place = FieldSet.place(step, in: value), let child = value[place] else { continue }
      let inWanted = wanted.flatMap { wanted in FieldSet.place(step, in: wanted).flatMap { wanted[$0] } }
      if let rest = pruned(child, below, others: others?[step], wanted: inWanted) {
        result[place] = rest
      } else {
        gone.append(place)
      }
    }
    // From the end, so that places in a list stay true.
    for place in gone.sorted(by: { Self.index($0) > Self.index($1) }) { result[place] = nil }
    return result
  }

  private static func index(_ place: FieldSet.Place) -> Int {
    if case .element(let index) = place { index } else { -1 }
  }

  private func merged(_ wanted: JSONValue, into live: JSONValue, _ name: String) -> JSONValue {
    switch wanted {
    case .object(let changes):
      // A selector is one value: to add to it is to select something else.
      if name == "selector", current.kind != "Service" { return wanted }
      var fields = live.object ?? [:]
      for (field, value) in changes { fields[field] = merged(value, into: fields[field] ?? .null, field) }
      return .object(fields)
    case .array(let changes):
      guard let keys = ListKeys.keys(of: name, in: current.kind ?? ""), var elements = live.array else { return wanted }
      for change in changes {
        guard let identity = ListKeys.identity(of: change, keys) else { return wanted }
        if let index = elements.firstIndex(where: { ListKeys.identity(of: $0, keys) == identity }) {
          elements[index] = merged(change, into: elements[index], "")
        } else {
          elements.append(change)
        }
      }
      return .array(elements)
    default: return wanted
    }
  }
}
