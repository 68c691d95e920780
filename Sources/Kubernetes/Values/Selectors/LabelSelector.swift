/// Chooses objects by their labels, as it stands inside objects. An empty one chooses all.
///
/// Source of the format: `meta/v1.LabelSelector`.
public struct LabelSelector: Sendable, Hashable, Codable {
  /// One demand on a label.
  public struct Expression: Sendable, Hashable, Codable {
    public var key: String
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    public var `operator`: String
    public var values: [String]?

    public init(_ key: String, _ operator: String, _ values: [String]? = nil) {
      self.key = key
      self.operator = `operator`
      self.values = values
    }
  }

  public var matchLabels: [String: String]?
  public var matchExpressions: [Expression]?

  public init(matchLabels: [String: String]? = nil, matchExpressions: [Expression]? = nil) {
    self.matchLabels = matchLabels
    self.matchExpressions = matchExpressions
  }

  /// The same demands as a query, which has a text form and can be asked.
  ///
  /// - Throws: ``KubernetesError`` (`badValue`): an unknown operator, a key or a value that no label can have.
  public func query() throws(KubernetesError) -> LabelQuery {
    var requirements = try LabelQuery(matchLabels ?? [:]).requirements
    for expression in matchExpressions ?? [] {
      let operation: LabelQuery.Operation
      switch expression.operator {
      case "In": operation = .isIn
      case "NotIn": operation = .isNotIn
      case "Exists": operation = .exists
      case "DoesNotExist": operation = .doesNotExist
      default:
        throw KubernetesError(
          .badValue,
          "'\(expression.operator.prefix(64))' is no operator of a label selector; write In, NotIn, Exists or DoesNotExist"
        )
      }
      requirements.append(try LabelQuery.Requirement(expression.key, operation, expression.values ?? []))
    }
    return LabelQuery(requirements)
  }
}
