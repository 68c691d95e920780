import NIOCore

/// A change to an object, without the object.
public struct Patch: Sendable {
  let contentType: String
  let body: ByteBuffer

  /// JSON merge patch (RFC 7386): what is named is set, what is `null` is removed, lists are replaced whole.
  ///
  /// - Throws: ``KubernetesError`` (`badValue`) for what cannot be encoded.
  public static func merge(_ change: some Encodable) throws -> Patch {
    Patch(contentType: "application/merge-patch+json", body: try Body.encode(change))
  }

  /// Strategic merge patch: like a merge patch, but lists such as `containers` are merged by their key. Not for custom
  /// resources.
  ///
  /// - Throws: as ``merge(_:)``.
  public static func strategic(_ change: some Encodable) throws -> Patch {
    Patch(contentType: "application/strategic-merge-patch+json", body: try Body.encode(change))
  }

  /// JSON patch (RFC 6902): operations, one after the other, all or none.
  ///
  /// - Throws: as ``merge(_:)``.
  public static func json(_ operations: [PatchOperation]) throws -> Patch {
    Patch(contentType: "application/json-patch+json", body: try Body.encode(operations))
  }
}
