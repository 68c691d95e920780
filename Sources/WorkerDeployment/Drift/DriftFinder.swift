import Kubernetes

/// Holds an object against the record of what was applied.
///
/// A field of which the server says that it is ours still has what we wrote, in whatever form the server keeps it: so defaults and
/// other spellings of a quantity are no drift. What is not ours any more was changed or removed by somebody.
struct DriftFinder {
  /// A manager, and what it owns at the place that is looked at; everything below a place that it owns as a whole.
  private struct Other {
    var entry: ManagedEntry
    var fields: FieldSet
  }

  private let live: DynamicObject
  private let title: String
  private let cure: String
  private let guess: ManagedEntry?
  private var drifts: [Drift] = []

  /// - Parameter live: as the server has it, with `managedFields`.
  /// - Returns: nil: nobody knows what was applied.
  static func drifts(_ live: DynamicObject, title: String) -> [Drift]? {
    guard let record = AppliedRecord.read(live) else { return nil }
    let entries = ManagedEntry.all(of: live)
    let mine = entries.filter(\.isOfMuster)
    let others = entries.filter { !$0.isOfMuster }.map { Other(entry: $0, fields: $0.fields) }
    let owned = mine.reduce(FieldSet()) { $0.union($1.fields) }
    var finder = DriftFinder(live, title)
    // Without any account of ours, nothing is ours; an empty one would stand for everything.
    finder.compare(record, .object(Redaction.redacted(live).content), mine.isEmpty ? nil : owned, others, "", "")
    return finder.drifts
  }

  private init(_ live: DynamicObject, _ title: String) {
    self.live = live
    self.title = title
    let label = "\(WorkerNames.managedBy.key)=\(WorkerNames.managedBy.value)"
    cure =
      ObjectOwner(live) == .other
      ? "'kubectl label --overwrite \(title) \(label)' makes it Muster's again, then \(Drift.redeploy)" : Drift.redeploy
    // Of what was removed, nobody is the owner: it was whoever has written since, if that is only one.
    let entries = ManagedEntry.all(of: live)
    let ours = entries.filter(\.isOurs).compactMap(\.time).max() ?? ""
    let since = entries.filter { entry in
      !entry.isOfMuster && entry.subresource == nil && !entry.manager.hasPrefix("kube-") && (entry.time ?? "") >= ours
    }
    guess = since.count == 1 ? since[0] : nil
  }

  private mutating func compare(
    _ record: JSONValue, _ found: JSONValue?, _ owned: FieldSet?, _ others: [Other], _ path: String, _ name: String
  ) {
    // Ours with all that is in it.
    if let owned, owned.children.isEmpty { return }
    switch record {
    case .object(let fields) where !fields.isEmpty:
      for (field, value) in fields.sorted(by: { $0.key < $1.key }) {
        let step = "f:\(field)"
        compare(
          value, found?[.name(field)], owned?[step], Self.below(others) { $0 == step }, path + FieldDiff.step(field),
          field)
      }
    case .array(let elements) where !elements.isEmpty && elements.allSatisfy { $0.object != nil }:
      compare(elements, found?.array ?? [], owned, others, path, name)
    default: note(record, found, others, path)
    }
  }

  private mutating func compare(
    _ elements: [JSONValue], _ found: [JSONValue], _ owned: FieldSet?, _ others: [Other], _ path: String, _ name: String
  ) {
    let keys = ListKeys.keys(of: name, in: live.kind ?? "")
    for (index, element) in elements.enumerated() {
      guard let keys, let identity = ListKeys.identity(of: element, keys) else {
        let its = found.indices.contains(index) ? found[index] : nil
        compare(element, its, owned?["i:\(index)"], Self.below(others) { $0 == "i:\(index)" }, "\(path)[\(index)]", "")
        continue
      }
      let its = found.first { ListKeys.identity(of: $0, keys) == identity }
      let isStep = { (step: String) in FieldSet.place(step, in: .array([element])) != nil && !step.hasPrefix("i:") }
      let step = owned?.children.keys.first(where: isStep)
      compare(
        element, its, step.flatMap { owned?[$0] }, Self.below(others, isStep), path + FieldDiff.step(keys, identity), ""
      )
    }
    // One that is a whole for the server has nothing beside what was applied.
    if keys == nil, found.count > elements.count {
      for index in elements.count..<found.count { note(nil, found[index], others, "\(path)[\(index)]") }
    }
  }

  private static func below(_ others: [Other], _ isStep: (String) -> Bool) -> [Other] {
    others.compactMap { other in
      if other.fields.children.isEmpty { return other }
      guard let step = other.fields.children.keys.first(where: isStep), let fields = other.fields[step] else {
        return nil
      }
      return Other(entry: other.entry, fields: fields)
    }
  }

  private mutating func note(_ record: JSONValue?, _ found: JSONValue?, _ others: [Other], _ path: String) {
    guard !Self.isSame(record, found) else { return }
    // A server that knows one family of addresses only leaves it out, and says nothing of it.
    if path == ".spec.ipFamilies", found == nil { return }
    let who = others.map(\.entry).max { ($0.time ?? "") < ($1.time ?? "") } ?? guess
    let isHidden = live.kind == "Secret" && (path.hasPrefix(".data") || path.hasPrefix(".stringData"))
    let shown = found.map { isHidden ? FieldDiff.redacted : Self.short($0) }
    let what =
      switch (record, shown) {
      case (_, .some) where isHidden: "has another value than was deployed"
      case (let record?, let shown?): "was deployed as \(Drift.text(record)) and is \(Drift.text(shown))"
      case (nil, let shown?): "was added: \(Drift.text(shown))"
      case (let record?, nil): isHidden ? "was removed" : "was deployed as \(Drift.text(record)) and was removed"
      case (nil, nil): "has changed"
      }
    drifts.append(
      Drift(
        object: title, field: path, deployed: record, found: shown,
        manager: who.map { Wording.cleaned($0.manager, limit: 128) },
        time: who?.time.map { Wording.cleaned($0, limit: 40) }, what: what, cure: cure))
  }

  /// An empty text is left out by the server.
  private static func isSame(_ record: JSONValue?, _ found: JSONValue?) -> Bool {
    guard let record else { return found == nil }
    guard let found else { return [.null, "", .object([:]), .array([])].contains(record) }
    if record == found || record == short(found) { return true }
    guard let a = record.string, let b = found.string, let first = try? Quantity(a), let second = try? Quantity(b)
    else { return false }
    return first == second
  }

  private static func short(_ value: JSONValue) -> JSONValue {
    value.string.map { .string(AppliedRecord.short($0)) } ?? value
  }
}
