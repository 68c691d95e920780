/// A part of the API, in the versions in which a server has it.
public struct APIGroup: Sendable, Hashable {
  /// Empty for the core group.
  public var name: String
  /// As `v1`, `v1beta1`; the first is the one that the server prefers.
  public var versions: [String]

  public init(name: String, versions: [String]) {
    self.name = name
    self.versions = versions
  }
}
