import NIOCore

/// An object of any kind, whole: nothing that the server sent is lost.
public struct DynamicObject: CompleteObject, Hashable {
  /// The whole object, `apiVersion`, `kind` and `metadata` among it.
  public var content: [String: JSONValue]

  /// - Parameter content: the whole object, as it stands in a manifest.
  public init(_ content: [String: JSONValue]) { self.content = content }

  /// An object with a name and nothing else yet.
  public init(_ type: ResourceType, name: String, namespace: String? = nil) {
    content = ["apiVersion": .string(type.apiVersion), "kind": .string(type.kind)]
    self.name = name
    if let namespace { self.namespace = namespace }
  }

  /// Any other object as a dynamic one; what its type leaves out is not there.
  public init(encoding object: some Encodable) throws {
    guard case .object(let content) = try JSONValue(encoding: object) else {
      throw KubernetesError(.badValue, "a value of type \(type(of: object)) is no object")
    }
    self.content = content
  }

  public init(from decoder: any Decoder) throws {
    content = try decoder.singleValueContainer().decode([String: JSONValue].self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(content)
  }

  /// Reads one object without Foundation's decoder, which takes several times as long for a dynamic object.
  public static func decode(_ json: ByteBuffer) throws -> DynamicObject {
    guard case .object(let content) = try JSONReader.parse(json) else {
      throw KubernetesError(.badValue, "the JSON is well formed but no object")
    }
    return DynamicObject(content)
  }

  /// As JSON, the same bytes for the same content.
  public var json: ByteBuffer { JSONWriter.buffer(.object(content)) }

  /// This object as a type that is known when the program is compiled, with all that the type has room for: also what is
  /// left out when such an object comes from the server, as `managedFields`.
  ///
  /// - Throws: `DecodingError`, or what the type throws.
  public func decoded<Object: KubernetesObject>(as type: Object.Type = Object.self) throws -> Object {
    try SparseDecoder.decode(Object.self, from: json)
  }
}

extension DynamicObject {
  /// What stands under these names and indexes: `object["spec", "containers", 0, "image"]`; see ``JSONValue``.
  public subscript(path: JSONKey...) -> JSONValue? {
    get {
      guard case .name(let name)? = path.first else { return nil }
      return content[name]?[path: path.dropFirst()]
    }
    set {
      guard case .name(let name)? = path.first else { return }
      guard path.count > 1 else {
        content[name] = newValue
        return
      }
      if content[name] == nil && newValue == nil { return }
      content[name, default: .null][path: path.dropFirst()] = newValue
    }
  }

  /// A view of `content`: read again each time, so ask for it once in a loop. What is no metadata there is left out.
  public var metadata: ObjectMeta {
    guard let metadata = content["metadata"]?.object else { return ObjectMeta() }
    return ObjectMeta(reading: metadata)
  }

  public var apiVersion: String? {
    get { content["apiVersion"]?.string }
    set { content["apiVersion"] = newValue.map { .string($0) } }
  }

  public var kind: String? {
    get { content["kind"]?.string }
    set { content["kind"] = newValue.map { .string($0) } }
  }

  public var name: String? {
    get { content["metadata"]?.object?["name"]?.string }
    set { self["metadata", "name"] = newValue.map { .string($0) } }
  }

  public var namespace: String? {
    get { content["metadata"]?.object?["namespace"]?.string }
    set { self["metadata", "namespace"] = newValue.map { .string($0) } }
  }

  public var resourceVersion: String? {
    get { content["metadata"]?.object?["resourceVersion"]?.string }
    set { self["metadata", "resourceVersion"] = newValue.map { .string($0) } }
  }

  public var uid: String? { content["metadata"]?.object?["uid"]?.string }
}
