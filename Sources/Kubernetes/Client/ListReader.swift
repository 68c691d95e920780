import NIOCore
import NIOFoundationCompat

import class Foundation.JSONDecoder

/// The answer to a list, whose objects are not read yet: where it goes on is known before they are.
struct ListReader<Object: KubernetesObject>: Sendable {
  private struct Metadata: Decodable {
    var resourceVersion: String?
    var `continue`: String?
    var remainingItemCount: Int?
  }

  let resourceVersion: String
  let continueToken: String?
  let isFirst: Bool
  private let remaining: Int?
  private let items: [ByteBuffer]
  private let resource: ResourceType
  private let words: String

  /// - Throws: `badAnswer`.
  init(_ json: ByteBuffer, resource: ResourceType, isFirst: Bool, doing words: String) throws {
    var metadata: Metadata?
    var items: [ByteBuffer]?
    for member in try JSONSlicer.members(of: json) {
      switch member.name {
      case "metadata": metadata = try? JSONDecoder().decode(Metadata.self, from: member.value)
      // Without objects, some servers say null.
      case "items" where member.value.readableBytesView.first == UInt8(ascii: "n"): items = []
      case "items": items = try JSONSlicer.elements(of: member.value)
      default: break
      }
    }
    guard let metadata, let items else {
      throw KubernetesError(
        .badAnswer, "to \(words), the API server sent something that is no list; check the address of the server")
    }
    resourceVersion = metadata.resourceVersion ?? ""
    continueToken = metadata.continue.flatMap { $0.isEmpty ? nil : $0 }
    remaining = metadata.remainingItemCount
    self.isFirst = isFirst
    self.items = items
    self.resource = resource
    self.words = words
  }

  /// Reads the objects.
  ///
  /// - Parameter unreadable: is given the objects that cannot be read; nil: there must be none.
  /// - Throws: `badAnswer`.
  func list(unreadable: ((UnreadableObject) -> Void)? = nil) throws -> ResourceList<Object> {
    ResourceList(
      items: try items.compactMap { item in
        do {
          return try ObjectFormat.decodeItem(Object.self, item, of: resource, doing: words)
        } catch {
          guard let unreadable else { throw error }
          unreadable(UnreadableObject(item, error))
          return nil
        }
      },
      resourceVersion: resourceVersion, continueToken: continueToken, remaining: remaining, isFirst: isFirst)
  }
}
