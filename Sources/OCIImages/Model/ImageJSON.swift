import Foundation

/// Reads and writes the JSON of images: bounded when reading, always the same bytes when writing.
enum ImageJSON {
  /// The most that a manifest, an index or a configuration may have: 4 MiB, which is what registries take as well.
  static let maximumSize = 4 << 20

  /// Nothing that images are described with comes near; each level costs stack, which small threads have little of.
  static let maximumDepth = 100

  /// - Parameter what: names it in the sentence of an error: `the manifest sha256:…`.
  static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8], _ what: String) throws(OCIError) -> Value {
    guard bytes.count <= maximumSize else {
      throw OCIError(.badImage, "\(what) has \(bytes.count) bytes; at most \(maximumSize) are taken")
    }
    guard isShallow(bytes) else { throw OCIError(.badImage, "\(what) is nested more than \(maximumDepth) deep") }
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch let error as OCIError {
      throw OCIError(.badImage, "\(what) cannot be read: \(error.message)", cause: error.cause)
    } catch let error as DecodingError {
      throw OCIError(.badImage, "\(what) cannot be read: \(sentence(error))")
    } catch {
      throw OCIError(.badImage, "\(what) cannot be read", cause: error)
    }
  }

  /// Sorted keys, no escaped slashes, no blanks: the same value gives the same bytes, and so the same digest.
  static func encode(_ value: some Encodable) throws(OCIError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return try Array(encoder.encode(value))
    } catch {
      throw OCIError(.badImage, "the image's description cannot be written as JSON", cause: error)
    }
  }

  private static func isShallow(_ bytes: [UInt8]) -> Bool {
    var depth = 0
    var isText = false
    var isEscaped = false
    for byte in bytes {
      switch byte {
      case _ where isEscaped: isEscaped = false
      case UInt8(ascii: "\\") where isText: isEscaped = true
      case UInt8(ascii: "\""): isText.toggle()
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        if !isText { depth += 1 }
        if depth > maximumDepth { return false }
      case UInt8(ascii: "]"), UInt8(ascii: "}"): if !isText { depth -= 1 }
      default: break
      }
    }
    return true
  }

  private static func sentence(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty
        ? "" : " in '\(path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".").prefix(200))'"
    }
    return switch error {
    case .keyNotFound(let key, let context): "the field '\(key.stringValue)' is missing\(place(context.codingPath))"
    case .valueNotFound(_, let context): "there is null\(place(context.codingPath))"
    case .typeMismatch(let type, let context): "there is no \(type)\(place(context.codingPath))"
    case .dataCorrupted(let context) where context.codingPath.isEmpty: "it is not JSON"
    case .dataCorrupted(let context): "a value makes no sense\(place(context.codingPath))"
    @unknown default: "it is not what was expected"
    }
  }
}
