/// The fields of an object as `metadata.managedFields` names them: steps like `f:spec` and `k:{"name":"a"}`.
enum FieldPaths {
  typealias Path = [String]

  /// What owns fields: an apply owns what it says; an update owns also the maps and lists that it began.
  enum Style { case apply, update }

  private static let maps: Set = [
    "data", "binaryData", "stringData", "labels", "annotations", "nodeSelector", "limits", "requests", "hard",
    "capacity", "allocatable",
  ]
  /// What the server gives an object, and nobody owns.
  static let serverFields: Set = [
    "name", "namespace", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "uid",
    "clusterName", "generation", "managedFields", "resourceVersion",
  ]

  /// Every path that can be owned, with its value; nil for a map or an element that holds other paths.
  static func all(_ object: FakeObject, _ kind: FakeKind, _ style: Style) -> [Path: JSONValue?] {
    var content = object.content
    if let metadata = content["metadata"]?.object {
      let rest = metadata.filter { !serverFields.contains($0.key) }
      content["metadata"] = rest.isEmpty ? nil : .object(rest)
    }
    var result: [Path: JSONValue?] = [:]
    for (name, value) in content {
      collect(value, name, ["f:\(name)"], kind, style, into: &result)
    }
    return result
  }

  private static func collect(
    _ value: JSONValue, _ name: String, _ path: Path, _ kind: FakeKind, _ style: Style,
    into result: inout [Path: JSONValue?]
  ) {
    switch value {
    case .null: break
    case .object(let fields):
      if fields.isEmpty {
        // An empty status is what the server gave it, and an empty map is as good as none.
        if path != ["f:status"], path != ["f:metadata"], !maps.contains(name) { result[path] = .some(value) }
        return
      }
      if name == "selector", kind.shelf != "services", !kind.isCustom {
        result[path] = .some(value)
        return
      }
      if style == .update, maps.contains(name) || (kind.isCustom && path[0] != "f:metadata") {
        result.updateValue(nil, forKey: path)
      }
      for (field, value) in fields { collect(value, field, path + ["f:\(field)"], kind, style, into: &result) }
    case .array(let elements):
      let shape =
        kind.isCustom && path[0] != "f:metadata"
        ? .atomic : ListShape(name, elements.first, shelf: kind.shelf)
      let steps = elements.map { shape.step(to: $0) }
      guard shape != .atomic, !steps.contains(nil) else {
        result[path] = .some(value)
        return
      }
      if style == .update, name != "containers" { result.updateValue(nil, forKey: path) }
      for (step, element) in zip(steps.compactMap { $0 }, elements) {
        let place = path + [step]
        guard let fields = element.object else {
          result[place] = .some(element)
          continue
        }
        result.updateValue(nil, forKey: place)
        for (field, value) in fields { collect(value, field, place + ["f:\(field)"], kind, style, into: &result) }
      }
    default: result[path] = .some(value)
    }
  }

  /// As refusals name a path: `.spec.containers[name="a"].image`.
  static func text(_ path: Path) -> String {
    path.map { step in
      let rest = String(step.dropFirst(2))
      if step.hasPrefix("k:") {
        // Braces and the quotes of the keys go: `{"name":"a"}` reads `[name="a"]`.
        let pairs = rest.dropFirst().dropLast().split(separator: ",").map { pair in
          let parts = pair.split(separator: ":", maxSplits: 1)
          return "\(parts[0].filter { $0 != "\"" })=\(parts.count > 1 ? parts[1] : "")"
        }
        return "[\(pairs.joined(separator: ","))]"
      }
      return step.hasPrefix("v:") ? "[=\(rest)]" : ".\(rest)"
    }.joined()
  }
}
