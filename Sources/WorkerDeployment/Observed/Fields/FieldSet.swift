import Kubernetes

/// The fields that a manager owns, as `metadata.managedFields` tells it: steps like `f:spec` and `k:{"name":"a"}`, one
/// below the other.
///
/// Source of the format: `sigs.k8s.io/structured-merge-diff`, `fieldpath` (FieldsV1).
struct FieldSet: Sendable, Hashable {
  /// By step.
  private(set) var children: [String: FieldSet] = [:]
  /// Whether the field itself is owned, and not only something in it.
  private(set) var isMember = false

  init() {}

  /// - Parameter fields: `fieldsV1`; what is not well formed in it is left out.
  init(_ fields: JSONValue?) {
    for (step, below) in fields?.object ?? [:] {
      if step == "." { isMember = true } else { children[step] = FieldSet(below) }
    }
    if children.isEmpty { isMember = true }
  }

  var isEmpty: Bool { children.isEmpty }

  /// As `fieldsV1`.
  var value: JSONValue {
    var fields = children.mapValues(\.value)
    if isMember, !children.isEmpty { fields["."] = .object([:]) }
    return .object(fields)
  }

  /// Those of both.
  func union(_ other: FieldSet) -> FieldSet {
    var result = self
    result.children.merge(other.children) { $0.union($1) }
    result.isMember = isMember || other.isMember
    return result
  }

  func without(_ step: String) -> FieldSet {
    var result = self
    result.children[step] = nil
    return result
  }

  subscript(step: String) -> FieldSet? { children[step] }

  /// What a step of a path leads to.
  enum Place: Hashable {
    case field(String)
    case element(Int)
  }

  /// Where a step leads in a value; nil: nowhere.
  static func place(_ step: String, in value: JSONValue) -> Place? {
    let rest = String(step.dropFirst(2))
    if step.hasPrefix("f:") { return value.object?[rest] == nil ? nil : .field(rest) }
    guard let elements = value.array else { return nil }
    if step.hasPrefix("i:") { return Int(rest).flatMap { elements.indices.contains($0) ? .element($0) : nil } }
    guard let wanted = try? JSONReader.parse(Array(rest.utf8)) else { return nil }
    let index = elements.firstIndex { element in
      if step.hasPrefix("v:") { return element == wanted }
      guard step.hasPrefix("k:"), let keys = wanted.object, !keys.isEmpty else { return false }
      return keys.allSatisfy { key, value in ListKeys.value(of: key, in: element) == value }
    }
    return index.map { .element($0) }
  }
}

extension JSONValue {
  subscript(place: FieldSet.Place) -> JSONValue? {
    get {
      switch place {
      case .field(let name): self[.name(name)]
      case .element(let index): self[.index(index)]
      }
    }
    set {
      switch place {
      case .field(let name): self[.name(name)] = newValue
      case .element(let index): self[.index(index)] = newValue
      }
    }
  }
}
