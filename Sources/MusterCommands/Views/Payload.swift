#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Bytes that a program wrote, in JSON: as a string when they are UTF-8, else in base64. Either form gives back exactly
/// the same bytes.
enum Payload: Sendable, Equatable {
  case text(String)
  case base64(String)

  init(_ data: Data) {
    if let text = String(validating: data, as: UTF8.self) {
      self = .text(text)
    } else {
      self = .base64(data.base64EncodedString())
    }
  }

  /// Under the key `result`, or `result_base64`.
  func encode<Key: CodingKey>(into container: inout KeyedEncodingContainer<Key>, text: Key, base64: Key) throws {
    switch self {
    case .text(let string): try container.encode(string, forKey: text)
    case .base64(let string): try container.encode(string, forKey: base64)
    }
  }
}
