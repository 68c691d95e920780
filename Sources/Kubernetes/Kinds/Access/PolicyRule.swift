/// What may be done with what.
public struct PolicyRule: Sendable, Hashable, Codable {
  /// As `get`, `list`, or `*` for all.
  public var verbs: [String]
  public var apiGroups: [String]?
  public var resources: [String]?
  public var resourceNames: [String]?
  public var nonResourceURLs: [String]?

  public init(
    verbs: [String], apiGroups: [String]? = nil, resources: [String]? = nil, resourceNames: [String]? = nil,
    nonResourceURLs: [String]? = nil
  ) {
    self.verbs = verbs
    self.apiGroups = apiGroups
    self.resources = resources
    self.resourceNames = resourceNames
    self.nonResourceURLs = nonResourceURLs
  }
}
