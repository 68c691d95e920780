/// Whom a pod's programs are for the API server.
public struct ServiceAccount: KubernetesResource, CompleteObject, Hashable {
  public static let resource = ResourceType(plural: "serviceaccounts", kind: "ServiceAccount")

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var secrets: [ObjectReference]?
  public var imagePullSecrets: [LocalReference]?
  public var automountServiceAccountToken: Bool?

  public init(
    _ metadata: ObjectMeta, secrets: [ObjectReference]? = nil, imagePullSecrets: [LocalReference]? = nil,
    automountServiceAccountToken: Bool? = nil
  ) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.secrets = secrets
    self.imagePullSecrets = imagePullSecrets
    self.automountServiceAccountToken = automountServiceAccountToken
  }
}
