import Kubernetes

/// What is kept of the metadata of pods and of their sets: a thousand of each have to fit into little memory.
public struct WorkerMeta: Sendable, Hashable, Decodable {
  public var name: String
  public var namespace: String?
  public var uid: String?
  public var resourceVersion: String?
  public var labels: [String: String]?
  public var creationTimestamp: Time?
  /// Set when it is being deleted.
  public var deletionTimestamp: Time?

  public init(name: String, namespace: String? = nil, labels: [String: String]? = nil) {
    self.name = name
    self.namespace = namespace
    self.labels = labels
  }

  /// The same in the form that `KubernetesObject` asks for.
  var metadata: ObjectMeta {
    var metadata = ObjectMeta(name: name, namespace: namespace, labels: labels)
    metadata.uid = uid
    metadata.resourceVersion = resourceVersion
    metadata.creationTimestamp = creationTimestamp
    metadata.deletionTimestamp = deletionTimestamp
    return metadata
  }
}
