import NIOCore

/// Anything that the API server keeps, or a part of it that is enough for its reader.
///
/// A type may leave out fields: then less is decoded and kept. Such a type must never be written back whole, or what it
/// leaves out is lost; see ``CompleteObject``.
public protocol KubernetesObject: Sendable, Decodable {
  var metadata: ObjectMeta { get }

  /// Decodes one object from JSON. The default takes in only what the type asks for.
  static func decode(_ json: ByteBuffer) throws -> Self
}

/// An object of a kind that is known when the program is compiled.
public protocol KubernetesResource: KubernetesObject {
  static var resource: ResourceType { get }
}

/// An object that loses nothing between reading and writing, and so may be written back whole (`replace`).
public protocol CompleteObject: KubernetesObject, Encodable {}
