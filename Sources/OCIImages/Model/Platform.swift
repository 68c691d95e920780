/// A machine that an image is for.
public struct Platform: Sendable, Hashable, Codable, CustomStringConvertible {
  /// As `linux`.
  public var os: String
  /// As Go names it: `amd64`, `arm64`, …
  public var architecture: String
  /// As `v7` or `v8`.
  public var variant: String?
  /// `os.version`, `os.features` and the like: kept, not used for choosing.
  var others: [String: JSONValue] = [:]

  public init(os: String = "linux", architecture: String, variant: String? = nil) {
    self.os = os
    self.architecture = architecture
    self.variant = variant
  }

  /// `linux/arm64/v8`
  public var description: String { [os, architecture, variant].compactMap { $0 }.joined(separator: "/") }

  /// From `linux/amd64` or `linux/arm/v7`.
  ///
  /// - Throws: ``OCIError`` (`bad_image_recipe`) with the text.
  public init(_ text: String) throws(OCIError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(parts.count),
      parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Platform.isPlain) })
    else {
      throw OCIError(.badRecipe, "'\(text.prefix(100))' is no platform; write it as linux/amd64 or linux/arm/v7")
    }
    self.init(os: parts[0], architecture: parts[1], variant: parts.count == 3 ? parts[2] : nil)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 || byte == 46
      || byte == 45
  }

  /// The machine that this program runs on; always `linux`, for containers are.
  public static var current: Platform {
    #if arch(x86_64)
      Platform(architecture: "amd64")
    #elseif arch(arm64)
      Platform(architecture: "arm64")
    #elseif arch(arm)
      Platform(architecture: "arm", variant: "v7")
    #else
      Platform(architecture: "unknown")
    #endif
  }
}

extension Platform {
  private static let known: Set<String> = ["os", "architecture", "variant"]

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: AnyKey.self)
    self.init(
      os: try fields.decode(String.self, forKey: AnyKey("os")),
      architecture: try fields.decode(String.self, forKey: AnyKey("architecture")),
      variant: try fields.optional("variant"))
    others = try fields.others(than: Self.known)
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: AnyKey.self)
    try fields.put("os", os)
    try fields.put("architecture", architecture)
    try fields.put("variant", variant)
    try fields.put(others: others)
  }
}
