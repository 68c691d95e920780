/// By which an object is known among those of its kind.
public struct ObjectKey: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Empty for what has none.
  public let namespace: String
  public let name: String

  public init(namespace: String = "", name: String) {
    self.namespace = namespace
    self.name = name
  }

  /// As `namespace/name`.
  public var description: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }

  public static func < (a: ObjectKey, b: ObjectKey) -> Bool { (a.namespace, a.name) < (b.namespace, b.name) }
}
