#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Values as JSON text: sorted keys, so that two runs can be compared, and no character that a terminal would obey.
enum JSONText {
  /// - Throws: ``TerminalError`` (`notEncodable`) when the value has no JSON form.
  static func encode(_ value: some Encodable, pretty: Bool) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.dateEncodingStrategy = .iso8601
    do {
      return harmless(String(decoding: try encoder.encode(value), as: UTF8.self))
    } catch {
      throw TerminalError(code: .notEncodable, message: "a result cannot be written as JSON: \(error)")
    }
  }

  /// JSON itself escapes only what is below U+0020; C1 controls and direction marks can stand only inside strings, where
  /// an escape means the same.
  private static func harmless(_ json: String) -> String {
    guard json.utf8.contains(where: { $0 >= 0x7F }) else { return json }
    var result = ""
    result.reserveCapacity(json.utf8.count)
    for scalar in json.unicodeScalars {
      if scalar.value >= 0x7F && VisibleText.isHostile(scalar) {
        for unit in UTF16.encode(scalar) ?? .init() {
          let digits = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
