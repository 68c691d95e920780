#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a registry says is wrong.
///
/// Source of the format: OCI distribution specification, "Error Codes".
struct RegistryErrors: Sendable, Hashable {
  struct Entry: Sendable, Hashable {
    /// As `MANIFEST_UNKNOWN`.
    let code: String
    let message: String
  }

  let entries: [Entry]

  static let maximumBytes = 65_536

  /// Reads an answer's body; what is not of the form has no entries.
  init(_ body: [UInt8]) {
    struct Body: Decodable {
      struct Entry: Decodable {
        let code: String?
        let message: String?
      }
      let errors: [Entry]?
    }
    let parsed = try? JSONDecoder().decode(Body.self, from: Data(body))
    entries = (parsed?.errors ?? []).prefix(5).map {
      Entry(code: Self.visible($0.code ?? "UNKNOWN", 60), message: Self.visible($0.message ?? "", 200))
    }
  }

  func contains(_ code: String) -> Bool { entries.contains { $0.code == code } }

  /// `MANIFEST_UNKNOWN: manifest unknown`; nil if it said nothing.
  var text: String? {
    guard !entries.isEmpty else { return nil }
    return entries.map { $0.message.isEmpty ? $0.code : "\($0.code): \($0.message)" }.joined(separator: "; ")
  }

  var codes: String { entries.map(\.code).joined(separator: ",") }

  private static func visible(_ text: String, _ length: Int) -> String {
    String(text.unicodeScalars.prefix(length).map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
  }
}
