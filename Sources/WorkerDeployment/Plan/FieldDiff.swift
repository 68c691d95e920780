import Kubernetes

/// Says which fields two states of an object differ in. What the server keeps for itself is left out, and so are the values
/// of Secrets.
struct FieldDiff {
  /// What stands for a value that nobody may read.
  static let redacted = JSONValue.string("<redacted>")
  private static let metadataNoise: Set = [
    "managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "deletionTimestamp",
    "deletionGracePeriodSeconds", "selfLink", "name", "namespace", "generateName",
  ]
  private static let annotationNoise: Set = [
    "deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration",
  ]

  private let kind: String
  private var changes: [FieldChange] = []

  /// - Parameters:
  ///   - from: nil: there is none.
  ///   - to: nil: there will be none.
  static func changes(kind: String, from: DynamicObject?, to: DynamicObject?) -> [FieldChange] {
    var diff = FieldDiff(kind: kind)
    let nothing = JSONValue.object([:])
    diff.compare(from.map(cleaned) ?? nothing, to.map(cleaned) ?? nothing, "", "")
    // The record of what is applied repeats the other changes; alone, it is one.
    let record = ".metadata.annotations\(step(WorkerNames.applied))"
    let rest = diff.changes.filter { $0.path != record }
    return rest.isEmpty ? diff.changes : rest
  }

  /// Only where `wanted` says something else than what is there.
  static func changes(kind: String, from: DynamicObject, toOwn wanted: DynamicObject) -> [FieldChange] {
    changes(kind: kind, from: from, to: wanted).filter { $0.to != nil }
  }

  private init(kind: String) { self.kind = kind }

  private static func cleaned(_ object: DynamicObject) -> JSONValue {
    var content = object.content
    for field in ["apiVersion", "kind", "status"] { content[field] = nil }
    if var metadata = content["metadata"]?.object {
      metadata = metadata.filter { !metadataNoise.contains($0.key) }
      if let annotations = metadata["annotations"]?.object {
        let rest = annotations.filter { !annotationNoise.contains($0.key) }
        metadata["annotations"] = rest.isEmpty ? nil : .object(rest)
      }
      content["metadata"] = metadata.isEmpty ? nil : .object(metadata)
    }
    return .object(content)
  }

  private mutating func compare(_ from: JSONValue?, _ to: JSONValue?, _ path: String, _ name: String) {
    if from == to { return }
    switch (from, to) {
    case (.object(let old)?, .object(let new)?): fields(old, new, path)
    case (nil, .object(let new)?) where !new.isEmpty: fields([:], new, path)
    case (.object(let old)?, nil) where !old.isEmpty: fields(old, [:], path)
    case (.array(let old)?, .array(let new)?): elements(old, new, path, name)
    case (nil, .array(let new)?) where !new.isEmpty: elements([], new, path, name)
    case (.array(let old)?, nil) where !old.isEmpty: elements(old, [], path, name)
    default: note(from, to, path)
    }
  }

  private mutating func fields(_ old: [String: JSONValue], _ new: [String: JSONValue], _ path: String) {
    for field in Set(old.keys).union(new.keys).sorted() {
      compare(old[field], new[field], path + Self.step(field), field)
    }
  }

  private mutating func elements(_ old: [JSONValue], _ new: [JSONValue], _ path: String, _ name: String) {
    guard (old + new).allSatisfy({ $0.object != nil }) else {
      note(old.isEmpty ? nil : .array(old), new.isEmpty ? nil : .array(new), path)
      return
    }
    if let keys = ListKeys.keys(of: name, in: kind) {
      let before = old.map { ListKeys.identity(of: $0, keys) }
      let after = new.map { ListKeys.identity(of: $0, keys) }
      if !(before + after).contains(nil), Set(before).count == old.count, Set(after).count == new.count {
        for (index, identity) in before.enumerated() {
          let its = after.firstIndex(of: identity).map { new[$0] }
          compare(old[index], its, path + Self.step(keys, identity ?? []), "")
        }
        for (index, identity) in after.enumerated() where !before.contains(identity) {
          compare(nil, new[index], path + Self.step(keys, identity ?? []), "")
        }
        return
      }
    }
    for index in 0..<max(old.count, new.count) {
      compare(
        index < old.count ? old[index] : nil, index < new.count ? new[index] : nil, "\(path)[\(index)]", "")
    }
  }

  private mutating func note(_ from: JSONValue?, _ to: JSONValue?, _ path: String) {
    guard kind == "Secret", path.hasPrefix(".data") || path.hasPrefix(".stringData") else {
      changes.append(FieldChange(path, from: from, to: to))
      return
    }
    changes.append(FieldChange(path, from: from.map { _ in Self.redacted }, to: to.map { _ in Self.redacted }))
  }

  /// `.name`, or `['a.b/c']` where the name has more than letters, digits, dashes and underscores.
  static func step(_ field: String) -> String {
    let isPlain = field.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D || byte == 0x5F
    }
    return isPlain && !field.isEmpty ? ".\(field)" : "['\(field)']"
  }

  /// `[name=client]`; a protocol is named only when it is not TCP.
  static func step(_ keys: [String], _ values: [JSONValue]) -> String {
    let pairs = zip(keys, values).filter { $0 != "protocol" || $1 != .string("TCP") }
    return "[\(pairs.map { "\($0)=\($1.string ?? JSONWriter.text($1))" }.joined(separator: ","))]"
  }
}
