import NIOCore
import NIOFoundationCompat

import class Foundation.JSONDecoder

/// The few fields of a JSON object by which it is known.
struct ObjectHead: Decodable {
  struct Metadata: Decodable {
    var name: String?
    var generateName: String?
  }

  var apiVersion: String?
  var kind: String?
  var metadata: Metadata?

  /// Nil for what is no JSON object.
  init?(_ json: ByteBuffer) {
    guard let head = try? JSONDecoder().decode(ObjectHead.self, from: json) else { return nil }
    self = head
  }

  /// As in "'a'".
  var quotedName: String? {
    if let name = metadata?.name, !name.isEmpty { return "'\(name)'" }
    return metadata?.generateName.map { "'\($0)…'" }
  }
}
