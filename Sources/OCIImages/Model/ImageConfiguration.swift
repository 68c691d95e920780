/// How an image is run, for which platform it is, and which layers make it up.
///
/// Source of the format: OCI image specification, "Image Configuration"; Docker's is the same with more fields. Fields that are not
/// known here (`Healthcheck`, `Shell`, `os.version`, …) are kept and written again.
public struct ImageConfiguration: Sendable, Hashable {
  /// RFC 3339.
  public var created: String?
  public var author: String?
  public var platform: Platform
  public var process: ProcessConfiguration
  /// The digests of the layers' tar files, uncompressed, from the lowest up.
  public var diffIDs: [Digest]
  public var history: [HistoryEntry]
  var others: [String: JSONValue] = [:]

  public init(
    platform: Platform, process: ProcessConfiguration = ProcessConfiguration(), diffIDs: [Digest] = [],
    history: [HistoryEntry] = [], created: String? = nil, author: String? = nil
  ) {
    self.platform = platform
    self.process = process
    self.diffIDs = diffIDs
    self.history = history
    self.created = created
    self.author = author
  }

  /// Reads bytes that may come from anybody.
  ///
  /// - Throws: ``OCIError`` (`bad_image`).
  public init(_ bytes: [UInt8]) throws(OCIError) {
    self = try ImageJSON.decode(Self.self, bytes, "the image configuration \(Digest.of(bytes))")
  }

  /// The same configuration always gives the same bytes.
  ///
  /// - Throws: ``OCIError`` (`bad_image`) for what JSON cannot hold.
  public func encoded() throws(OCIError) -> [UInt8] { try ImageJSON.encode(self) }
}

extension ImageConfiguration: Codable {
  private struct RootFileSystem: Codable {
    var type = "layers"
    var diffIDs: [Digest]

    private enum CodingKeys: String, CodingKey {
      case type
      case diffIDs = "diff_ids"
    }
  }

  private static let known: Set<String> = [
    "created", "author", "os", "architecture", "variant", "config", "rootfs", "history",
  ]

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: AnyKey.self)
    created = try fields.optional("created")
    author = try fields.optional("author")
    platform = Platform(
      os: try fields.optional("os") ?? "linux", architecture: try fields.optional("architecture") ?? "",
      variant: try fields.optional("variant"))
    process = try fields.optional("config") ?? ProcessConfiguration()
    diffIDs = try fields.optional("rootfs", RootFileSystem.self)?.diffIDs ?? []
    history = try fields.optional("history") ?? []
    others = try fields.others(than: Self.known)
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: AnyKey.self)
    try fields.put("created", created)
    try fields.put("author", author)
    try fields.put("os", platform.os)
    try fields.put("architecture", platform.architecture)
    try fields.put("variant", platform.variant)
    try fields.put("config", process)
    try fields.put("rootfs", RootFileSystem(diffIDs: diffIDs))
    if !history.isEmpty { try fields.put("history", history) }
    try fields.put(others: others)
  }
}
