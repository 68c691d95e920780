import NIOCore
import NIOFoundationCompat

import class Foundation.JSONDecoder

extension KubernetesObject {
  public static func decode(_ json: ByteBuffer) throws -> Self { try JSONDecoder().decode(Self.self, from: json) }
}
