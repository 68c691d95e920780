import NIOCore
import NIOFoundationCompat

import class Foundation.JSONEncoder

/// Makes the bodies of requests.
enum Body {
  static func encode(_ value: some Encodable) throws -> ByteBuffer {
    // These keep numbers that Foundation's encoder would round.
    if let object = value as? DynamicObject { return object.json }
    if let value = value as? JSONValue { return JSONWriter.buffer(value) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    do {
      return try encoder.encodeAsByteBuffer(value, allocator: ByteBufferAllocator())
    } catch let error as KubernetesError {
      throw error
    } catch {
      throw KubernetesError(
        .badValue, "a \(type(of: value)) cannot be written as JSON; look for a number that is infinite or not a number",
        cause: error)
    }
  }

  /// An object as JSON that says which kind it is: the server demands that of an apply, and types may leave it out.
  static func encode(_ object: some Encodable, as resource: ResourceType) throws -> ByteBuffer {
    let body = try encode(object)
    guard let head = ObjectHead(body) else {
      throw KubernetesError(.badValue, "a \(type(of: object)) is not a JSON object; give a \(resource.kind)")
    }
    if head.apiVersion != nil && head.kind != nil { return body }
    var named = ByteBuffer(string: "{")
    if head.apiVersion == nil { named.writeString("\"apiVersion\":\"\(resource.apiVersion)\",") }
    if head.kind == nil { named.writeString("\"kind\":\"\(resource.kind)\",") }
    var rest = body.getSlice(at: body.readerIndex + 1, length: body.readableBytes - 1) ?? ByteBuffer()
    if rest.readableBytes == 1 { named.moveWriterIndex(to: named.writerIndex - 1) }
    named.writeBuffer(&rest)
    return named
  }
}
