import NIOCore
import NIOFoundationCompat

import class Foundation.JSONDecoder

/// An object of any kind, whole: nothing that the server sent is lost.
public struct DynamicObject: CompleteObject, Hashable {
  /// The whole object, `apiVersion`, `kind` and `metadata` among it.
  public var content: [String: JSONValue]
  /// Decoded from `content`; changes here do not reach it.
  public let metadata: ObjectMeta

  public init(from decoder: any Decoder) throws {
    struct Head: Decodable { var metadata: ObjectMeta? }
    content = try decoder.singleValueContainer().decode([String: JSONValue].self)
    metadata = try Head(from: decoder).metadata ?? ObjectMeta()
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(content)
  }
}

extension KubernetesObject {
  public static func decode(_ json: ByteBuffer) throws -> Self { try JSONDecoder().decode(Self.self, from: json) }
}
