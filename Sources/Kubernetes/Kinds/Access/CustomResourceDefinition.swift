/// A kind that is added to the API.
public struct CustomResourceDefinition: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(
    group: "apiextensions.k8s.io", plural: "customresourcedefinitions", kind: "CustomResourceDefinition",
    isNamespaced: false)

  /// The kind.
  public struct Spec: Sendable, Hashable, Codable {
    public var group: String
    public var names: Names
    /// `Namespaced` or `Cluster`.
    public var scope: String
    public var versions: [Version]
    public var conversion: JSONValue?
    public var preserveUnknownFields: Bool?

    public init(
      group: String, names: Names, scope: String, versions: [Version], conversion: JSONValue? = nil,
      preserveUnknownFields: Bool? = nil
    ) {
      self.group = group
      self.names = names
      self.scope = scope
      self.versions = versions
      self.conversion = conversion
      self.preserveUnknownFields = preserveUnknownFields
    }
  }

  /// What it is called.
  public struct Names: Sendable, Hashable, Codable {
    public var plural: String
    public var kind: String
    public var singular: String?
    public var listKind: String?
    public var shortNames: [String]?
    public var categories: [String]?

    public init(
      plural: String, kind: String, singular: String? = nil, listKind: String? = nil, shortNames: [String]? = nil,
      categories: [String]? = nil
    ) {
      self.plural = plural
      self.kind = kind
      self.singular = singular
      self.listKind = listKind
      self.shortNames = shortNames
      self.categories = categories
    }
  }

  /// One of its versions.
  public struct Version: Sendable, Hashable, Codable {
    public var name: String
    public var served: Bool
    public var storage: Bool
    public var deprecated: Bool?
    public var deprecationWarning: String?
    public var schema: Schema?
    public var subresources: JSONValue?
    public var additionalPrinterColumns: [Column]?
    public var selectableFields: [JSONValue]?

    public init(
      name: String, served: Bool, storage: Bool, deprecated: Bool? = nil, deprecationWarning: String? = nil,
      schema: Schema? = nil, subresources: JSONValue? = nil, additionalPrinterColumns: [Column]? = nil,
      selectableFields: [JSONValue]? = nil
    ) {
      self.name = name
      self.served = served
      self.storage = storage
      self.deprecated = deprecated
      self.deprecationWarning = deprecationWarning
      self.schema = schema
      self.subresources = subresources
      self.additionalPrinterColumns = additionalPrinterColumns
      self.selectableFields = selectableFields
    }
  }

  /// What its objects look like, as an OpenAPI schema.
  public struct Schema: Sendable, Hashable, Codable {
    public var openAPIV3Schema: JSONValue?

    public init(openAPIV3Schema: JSONValue? = nil) {
      self.openAPIV3Schema = openAPIV3Schema
    }
  }

  /// What kubectl shows of it.
  public struct Column: Sendable, Hashable, Codable {
    public var name: String
    public var type: String
    public var jsonPath: String
    public var format: String?
    public var description: String?
    public var priority: Int?

    public init(
      name: String, type: String, jsonPath: String, format: String? = nil, description: String? = nil,
      priority: Int? = nil
    ) {
      self.name = name
      self.type = type
      self.jsonPath = jsonPath
      self.format = format
      self.description = description
      self.priority = priority
    }
  }

  /// Whether it is served.
  public struct Status: Sendable, Hashable, Codable {
    public var conditions: [Condition]?
    public var acceptedNames: Names?
    public var storedVersions: [String]?

    public init(conditions: [Condition]? = nil, acceptedNames: Names? = nil, storedVersions: [String]? = nil) {
      self.conditions = conditions
      self.acceptedNames = acceptedNames
      self.storedVersions = storedVersions
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var spec: Spec
  public var status: Status?

  public init(_ metadata: ObjectMeta, spec: Spec, status: Status? = nil) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }
}
