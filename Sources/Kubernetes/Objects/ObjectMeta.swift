/// What every object has: its name, its labels, and what the server keeps of its life.
///
/// Source of the format: `meta/v1.ObjectMeta`.
public struct ObjectMeta: Sendable, Hashable, Codable {
  public var name: String?
  public var generateName: String?
  public var namespace: String?
  public var labels: [String: String]?
  public var annotations: [String: String]?
  public var finalizers: [String]?
  public var ownerReferences: [OwnerReference]?
  public var uid: String?
  /// Opaque; changes with every write.
  public var resourceVersion: String?
  /// Counts changes of `spec`.
  public var generation: Int64?
  public var creationTimestamp: Time?
  /// Set when the object is being deleted.
  public var deletionTimestamp: Time?
  public var deletionGracePeriodSeconds: Int64?
  public var selfLink: String?
  /// Read only with objects that can be written back whole (``CompleteObject``): it is the largest part of many objects,
  /// and programs that read objects in part have no use for it.
  public var managedFields: [ManagedFields]?

  enum CodingKeys: String, CodingKey {
    case name, generateName, namespace, labels, annotations, finalizers, ownerReferences, uid, resourceVersion
    case generation, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, selfLink, managedFields
  }

  public init(
    name: String? = nil, namespace: String? = nil, labels: [String: String]? = nil,
    annotations: [String: String]? = nil
  ) {
    self.name = name
    self.namespace = namespace
    self.labels = labels
    self.annotations = annotations
  }
}

/// The object that another one belongs to, and is deleted with.
public struct OwnerReference: Sendable, Hashable, Codable {
  public var apiVersion: String
  public var kind: String
  public var name: String
  public var uid: String
  public var controller: Bool?
  public var blockOwnerDeletion: Bool?

  public init(
    apiVersion: String, kind: String, name: String, uid: String, controller: Bool? = nil,
    blockOwnerDeletion: Bool? = nil
  ) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.name = name
    self.uid = uid
    self.controller = controller
    self.blockOwnerDeletion = blockOwnerDeletion
  }
}

/// Which fields of an object a manager owns.
public struct ManagedFields: Sendable, Hashable, Codable {
  public var manager: String?
  /// `Apply` or `Update`.
  public var operation: String?
  public var apiVersion: String?
  public var time: Time?
  public var fieldsType: String?
  public var fieldsV1: JSONValue?
  public var subresource: String?

  public init(manager: String? = nil, operation: String? = nil) {
    self.manager = manager
    self.operation = operation
  }
}
