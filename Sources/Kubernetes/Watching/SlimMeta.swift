/// The part of an object's metadata that most readers need, for types that keep little.
///
/// ``ObjectMeta`` also reads annotations and managed fields, which are most of the bytes of a pod. A type with this in its
/// place is read faster, and a cache of it is small:
///
///     struct PodPhase: KubernetesObject {
///       var slim: SlimMeta
///       var status: Status?
///       struct Status: Decodable { var phase: String? }
///       enum CodingKeys: String, CodingKey { case slim = "metadata", status }
///       var metadata: ObjectMeta { slim.metadata }
///     }
public struct SlimMeta: Sendable, Hashable, Decodable {
  public var name: String
  public var namespace: String?
  public var uid: String?
  public var resourceVersion: String?
  public var labels: [String: String]?

  public init(
    name: String, namespace: String? = nil, uid: String? = nil, resourceVersion: String? = nil,
    labels: [String: String]? = nil
  ) {
    self.name = name
    self.namespace = namespace
    self.uid = uid
    self.resourceVersion = resourceVersion
    self.labels = labels
  }

  /// The same in the form that ``KubernetesObject`` asks for.
  public var metadata: ObjectMeta {
    var metadata = ObjectMeta(name: name, namespace: namespace, labels: labels)
    metadata.uid = uid
    metadata.resourceVersion = resourceVersion
    return metadata
  }
}
