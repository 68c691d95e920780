/// Names and values that must not be seen, at most 1 MiB in all: the kind `Secret`.
///
/// Not to be confused with MusterCore's `Secret`, which any value can be put into. This one prints without its values;
/// encoding it, as for a request, does write them.
public struct SecretObject: KubernetesResource, CompleteObject, Hashable {
  public static let resource = ResourceType(plural: "secrets", kind: "Secret")

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var data: [String: SecretBytes]?
  /// As `Opaque` or `kubernetes.io/tls`; says which names there must be.
  public var type: String?
  /// Whether the server refuses changes from now on.
  public var immutable: Bool?

  public init(
    _ metadata: ObjectMeta, data: [String: SecretBytes]? = nil, type: String? = nil, immutable: Bool? = nil
  ) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.data = data
    self.type = type
    self.immutable = immutable
  }
}
