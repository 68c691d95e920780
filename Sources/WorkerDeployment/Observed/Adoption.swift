import Kubernetes

/// Taking over an object of the original scripts, so that afterwards it has what ours says and nothing that is only theirs.
///
/// Without this, an apply would leave their fields beside ours: two containers in a pod, a variable that has a value and a
/// source of a value at once. As `kubectl apply --server-side` does with what was applied before by kubectl itself, the
/// account of their fields is written to our name first; the apply that follows takes away what it no longer names.
struct Adoption: Sendable {
  let current: DynamicObject

  /// What the object will be, as far as that can be known here: the server adds its defaults.
  func predicted(_ wanted: DynamicObject) -> DynamicObject {
    let entries = ManagedEntry.all(of: current)
    let theirs = entries.filter(\.isOfOriginal).reduce(FieldSet()) { $0.union($1.fields) }.without("f:status")
    let others = entries.filter { !$0.isOfOriginal }.reduce(FieldSet()) { $0.union($1.fields) }
    let ours = JSONValue.object(wanted.content)
    let rest = Self.pruned(.object(current.content), theirs, others: others, wanted: ours) ?? .object([:])
    return DynamicObject(merged(ours, into: rest, "").object ?? current.content)
  }

  /// `metadata.managedFields` after the hand-over; nil when there is nothing of theirs to take.
  func handOver(apiVersion: String) -> JSONValue? {
    let entries = ManagedEntry.all(of: current)
    let taken = entries.filter { $0.isOfOriginal && $0.apiVersion == apiVersion }
    guard var entry = taken.first?.content else { return nil }
    let ours = entries.first { $0.isOurs && $0.apiVersion == apiVersion }
    let fields = taken.reduce(ours?.fields ?? FieldSet()) { $0.union($1.fields) }.without("f:status")
    entry["manager"] = .string(WorkerNames.manager)
    entry["operation"] = .string("Apply")
    entry["fieldsV1"] = fields.value
    let rest = entries.filter { other in !taken.contains(other) && other != ours }
    return .array([.object(entry)] + rest.map { .object($0.content) })
  }

  /// Takes away what only the original's managers own and ours does not say.
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
