import NIOCore
import NIOFoundationCompat

import class Foundation.JSONDecoder

/// An object of the server that cannot be read as what it should be, and as much of its metadata as is needed to go on.
struct UnreadableObject: Sendable {
  private struct Head: Decodable {
    struct Metadata: Decodable {
      var name: String?
      var namespace: String?
      var uid: String?
      var resourceVersion: String?
    }
    var metadata: Metadata
  }

  /// Nil: not even that can be read.
  let metadata: ObjectMeta?
  let error: any Error

  init(_ json: ByteBuffer, _ error: any Error) {
    metadata = (try? JSONDecoder().decode(Head.self, from: json)).map { head in
      var metadata = ObjectMeta(name: head.metadata.name ?? "", namespace: head.metadata.namespace)
      metadata.uid = head.metadata.uid
      metadata.resourceVersion = head.metadata.resourceVersion
      return metadata
    }
    self.error = error
  }

  init(_ metadata: ObjectMeta, _ error: any Error) {
    self.metadata = metadata
    self.error = error
  }
}
