import Foundation

/// One value of a Kubernetes secret: base64 in JSON, `<redacted>` wherever it is printed.
///
/// MusterCore's `Secret` encodes as `<redacted>` too, which is right for logs and wrong for what the server is to keep.
public struct SecretBytes: Sendable, Hashable, Codable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let bytes: Data

  public init(_ bytes: Data) { self.bytes = bytes }

  public init(_ text: String) { bytes = Data(text.utf8) }

  /// The value itself. Hand it to what needs it, and to nothing that prints, logs or stores.
  public func reveal() -> Data { bytes }

  /// The value as text; nil if it is not UTF-8.
  public func revealText() -> String? { String(validating: bytes, as: UTF8.self) }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let bytes = Data(base64Encoded: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a secret's value is not base64")
    }
    self.bytes = bytes
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(bytes.base64EncodedString())
  }

  public var description: String { "<redacted>" }
  public var debugDescription: String { "<redacted>" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
