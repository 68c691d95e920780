/// A kind that a server has, and what can be done with it.
public struct APIResource: Sendable, Hashable {
  public var type: ResourceType
  /// As `deployment`; empty where the server says none.
  public var singular: String
  /// As `deploy`.
  public var shortNames: [String]
  /// As `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.
  public var verbs: [String]
  /// As `all`.
  public var categories: [String]
  /// As `status`, `scale`, `log`.
  public var subresources: [String]

  public init(
    type: ResourceType, singular: String = "", shortNames: [String] = [], verbs: [String] = [],
    categories: [String] = [], subresources: [String] = []
  ) {
    self.type = type
    self.singular = singular
    self.shortNames = shortNames
    self.verbs = verbs
    self.categories = categories
    self.subresources = subresources
  }

  /// Whether a person may mean it by this word: plural, singular, kind or short name, in any case.
  func isCalled(_ word: String) -> Bool {
    let word = word.lowercased()
    return type.plural == word || singular == word || type.kind.lowercased() == word || shortNames.contains(word)
  }
}
