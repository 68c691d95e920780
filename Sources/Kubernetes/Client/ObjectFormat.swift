import NIOCore
import NIOFoundationCompat

import class Foundation.JSONDecoder

/// How objects are asked for and read.
enum ObjectFormat {
  /// The `Accept` header: metadata only where the type keeps nothing else.
  static func accept<Object: KubernetesObject>(_ type: Object.Type, isList: Bool) -> String {
    guard type == PartialObject.self else { return "application/json" }
    return isList ? PartialObject.acceptList : PartialObject.accept
  }

  /// - Throws: `badAnswer`.
  static func decode<Object: KubernetesObject>(_ type: Object.Type, _ json: ByteBuffer, doing words: String) throws
    -> Object
  {
    do {
      return try Object.decode(json)
    } catch {
      throw unreadable(Object.self, words, error)
    }
  }

  /// Reads what is no object.
  ///
  /// - Throws: `badAnswer`.
  static func decodePlain<Value: Decodable>(_ type: Value.Type, _ json: ByteBuffer, doing words: String) throws -> Value
  {
    do {
      return try JSONDecoder().decode(Value.self, from: json)
    } catch {
      throw unreadable(Value.self, words, error)
    }
  }

  /// Reads an object of a list. Servers leave out there of which kind it is; an object that is kept whole gets it back,
  /// or it could not be written again.
  static func decodeItem<Object: KubernetesObject>(
    _ type: Object.Type, _ json: ByteBuffer, of resource: ResourceType, doing words: String
  ) throws -> Object {
    let object = try decode(Object.self, json, doing: words)
    guard var whole = object as? DynamicObject else { return object }
    if whole.content["kind"] == nil { whole.content["kind"] = .string(resource.kind) }
    if whole.content["apiVersion"] == nil { whole.content["apiVersion"] = .string(resource.apiVersion) }
    return (whole as? Object) ?? object
  }

  static func unreadable<Value>(_ type: Value.Type, _ words: String, _ error: any Error) -> KubernetesError {
    KubernetesError(
      .badAnswer,
      "to \(words), the API server sent something that is no \(Value.self): \(JSONComplaint.text(error)); "
        + "read it as DynamicObject, or correct the type's fields",
      details: ["doing": words])
  }
}
