/// A variable of a container, with a value or the place that it comes from.
public struct EnvironmentVariable: Sendable, Hashable, Codable {
  /// Where a variable's value comes from.
  public struct Source: Sendable, Hashable, Codable {
    public var fieldRef: FieldReference?
    public var resourceFieldRef: ResourceReference?
    public var configMapKeyRef: KeyReference?
    public var secretKeyRef: KeyReference?

    public init(
      fieldRef: FieldReference? = nil, resourceFieldRef: ResourceReference? = nil,
      configMapKeyRef: KeyReference? = nil, secretKeyRef: KeyReference? = nil
    ) {
      self.fieldRef = fieldRef
      self.resourceFieldRef = resourceFieldRef
      self.configMapKeyRef = configMapKeyRef
      self.secretKeyRef = secretKeyRef
    }
  }

  /// One key of a config map or a secret.
  public struct KeyReference: Sendable, Hashable, Codable {
    public var name: String?
    public var key: String
    public var optional: Bool?

    public init(key: String, name: String? = nil, optional: Bool? = nil) {
      self.name = name
      self.key = key
      self.optional = optional
    }
  }

  /// A field of the pod, as `metadata.name`.
  public struct FieldReference: Sendable, Hashable, Codable {
    public var apiVersion: String?
    public var fieldPath: String

    public init(fieldPath: String, apiVersion: String? = nil) {
      self.apiVersion = apiVersion
      self.fieldPath = fieldPath
    }
  }

  /// A container's limit or request, as `limits.cpu`.
  public struct ResourceReference: Sendable, Hashable, Codable {
    public var containerName: String?
    public var resource: String
    public var divisor: Quantity?

    public init(resource: String, containerName: String? = nil, divisor: Quantity? = nil) {
      self.containerName = containerName
      self.resource = resource
      self.divisor = divisor
    }
  }

  public var name: String
  public var value: String?
  public var valueFrom: Source?

  public init(name: String, value: String? = nil, valueFrom: Source? = nil) {
    self.name = name
    self.value = value
    self.valueFrom = valueFrom
  }
}
