/// An object of the same namespace.
public struct LocalReference: Sendable, Hashable, Codable {
  public var name: String?

  public init(name: String? = nil) {
    self.name = name
  }
}
