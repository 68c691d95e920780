import Foundation

/// Settings as names and texts..
public struct ConfigMap: KubernetesResource, CompleteObject, Hashable {
  public static let resource = ResourceType(plural: "configmaps", kind: "ConfigMap")

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var data: [String: String]?
  /// Values that are no text; in JSON they are base64.
  public var binaryData: [String: Data]?
  /// Whether the server refuses changes from now on.
  public var immutable: Bool?

  public init(
    _ metadata: ObjectMeta, data: [String: String]? = nil, binaryData: [String: Data]? = nil, immutable: Bool? = nil
  ) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.data = data
    self.binaryData = binaryData
    self.immutable = immutable
  }
}
