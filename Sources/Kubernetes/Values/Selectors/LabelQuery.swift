/// Chooses objects by their labels: `app=web,tier in (front,back),!canary`. An empty one chooses all.
///
/// Source of the format: `k8s.io/apimachinery/pkg/labels`.
public struct LabelQuery: Sendable, Hashable {
  /// What one part of a query demands of a label.
  public enum Operation: Sendable, Hashable {
    /// It has one of the values.
    case isIn
    /// It is not there, or has none of the values.
    case isNotIn
    case exists
    case doesNotExist
    /// It is a whole number above, or below, the only value.
    case isAbove, isBelow
  }

  /// One part of a query.
  public struct Requirement: Sendable, Hashable {
    public let key: String
    public let operation: Operation
    /// Sorted, each once.
    public let values: [String]

    /// - Throws: ``KubernetesError`` (`badValue`): a key or a value that no label can have, too many or too few values.
    public init(_ key: String, _ operation: Operation, _ values: [String] = []) throws(KubernetesError) {
      if let fault = NameRules.labelKeyFault(key) {
        throw KubernetesError(.badValue, "'\(key.prefix(64))' is no label's key: \(fault)")
      }
      switch operation {
      case .isIn, .isNotIn:
        for value in values {
          if let fault = NameRules.labelValueFault(value) {
            throw KubernetesError(.badValue, "'\(value.prefix(64))' is no value for the label '\(key)': \(fault)")
          }
        }
        if values.isEmpty { throw KubernetesError(.badValue, "the query for the label '\(key)' names no value") }
      case .exists, .doesNotExist:
        if !values.isEmpty { throw KubernetesError(.badValue, "whether the label '\(key)' exists takes no value") }
      case .isAbove, .isBelow:
        guard values.count == 1, Int64(values[0]) != nil else {
          throw KubernetesError(.badValue, "to compare the label '\(key)' takes one whole number")
        }
      }
      self.key = key
      self.operation = operation
      self.values = Set(values).sorted()
    }

    /// Whether an object with these labels is chosen.
    public func matches(_ labels: [String: String]) -> Bool {
      let label = labels[key]
      switch operation {
      case .isIn: return label.map(values.contains) ?? false
      case .isNotIn: return label.map { !values.contains($0) } ?? true
      case .exists: return label != nil
      case .doesNotExist: return label == nil
      case .isAbove, .isBelow:
        guard let label, let number = Int64(label), let bound = values.first.flatMap({ Int64($0) }) else {
          return false
        }
        return operation == .isAbove ? number > bound : number < bound
      }
    }
  }

  /// All of them must be met; sorted by key.
  public let requirements: [Requirement]

  public init(_ requirements: [Requirement] = []) {
    // Sorting is not stable in the language's promise: the place breaks ties.
    self.requirements = requirements.enumerated().sorted { ($0.element.key, $0.offset) < ($1.element.key, $1.offset) }
      .map(\.element)
  }

  /// Labels that must have just these values.
  public init(_ labels: [String: String]) throws(KubernetesError) {
    var requirements: [Requirement] = []
    for (key, value) in labels { requirements.append(try Requirement(key, .isIn, [value])) }
    self.init(requirements)
  }

  public func matches(_ labels: [String: String]?) -> Bool { requirements.allSatisfy { $0.matches(labels ?? [:]) } }
}

/// The text form, as the `labelSelector` of a request.
extension LabelQuery: CustomStringConvertible {
  public var description: String { requirements.map(\.description).joined(separator: ",") }
}

extension LabelQuery.Requirement: CustomStringConvertible {
  public var description: String {
    switch operation {
    case .isIn: values.count == 1 ? "\(key)=\(values[0])" : "\(key) in (\(values.joined(separator: ",")))"
    case .isNotIn: values.count == 1 ? "\(key)!=\(values[0])" : "\(key) notin (\(values.joined(separator: ",")))"
    case .exists: key
    case .doesNotExist: "!\(key)"
    case .isAbove: "\(key)>\(values[0])"
    case .isBelow: "\(key)<\(values[0])"
    }
  }
}
