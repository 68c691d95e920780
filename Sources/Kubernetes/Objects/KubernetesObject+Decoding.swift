import NIOCore

extension KubernetesObject {
  public static func decode(_ json: ByteBuffer) throws -> Self {
    try SparseDecoder.decode(Self.self, from: json, isInPart: !(Self.self is any CompleteObject.Type))
  }
}
