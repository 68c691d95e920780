import Crypto

/// The content address of a blob: `sha256:` and 64 hexadecimal digits.
///
/// Source of the format: OCI image specification, "Digests". Only SHA-256 is taken: it is the only one that registries
/// have in practice, and content under a digest that cannot be checked would have to be trusted.
public struct Digest: Sendable, Hashable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  public var description: String { "sha256:\(hex)" }

  /// - Throws: ``OCIError`` (`bad_digest`) with the text.
  public init(_ text: String) throws(OCIError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "sha256", parts[1].utf8.count == 64,
      parts[1].utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    else {
      throw OCIError(.badDigest, "'\(text.prefix(100))' is no digest; it is 'sha256:' and 64 hexadecimal digits")
    }
    hex = String(parts[1])
  }

  init(_ hash: SHA256Digest) {
    hex = hash.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }

  /// The digest of bytes that are all there.
  public static func of(_ bytes: some Sequence<UInt8>) -> Digest {
    var hash = SHA256()
    hash.update(data: Array(bytes))
    return Digest(hash.finalize())
  }
}

extension Digest: Codable {
  public init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
