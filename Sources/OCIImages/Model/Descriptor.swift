/// Points to a blob or a manifest: what it is, how large, and its digest.
///
/// Source of the format: OCI image specification, "Content Descriptors".
public struct Descriptor: Sendable, Hashable, Codable {
  public var mediaType: MediaType
  public var digest: Digest
  /// Bytes.
  public var size: Int64
  public var annotations: [String: String]?
  public var platform: Platform?
  public var artifactType: String?
  /// Where else the content can be had; layers that may not be redistributed have it. Kept, never followed.
  public var urls: [String]?
  /// `data` and whatever else it says: kept, not used.
  var others: [String: JSONValue] = [:]

  public init(
    mediaType: MediaType, digest: Digest, size: Int64, annotations: [String: String]? = nil,
    platform: Platform? = nil, artifactType: String? = nil, urls: [String]? = nil
  ) {
    self.mediaType = mediaType
    self.digest = digest
    self.size = size
    self.annotations = annotations
    self.platform = platform
    self.artifactType = artifactType
    self.urls = urls
  }

  private static let known: Set<String> = [
    "mediaType", "digest", "size", "annotations", "platform", "artifactType", "urls",
  ]

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: AnyKey.self)
    mediaType = try fields.decode(MediaType.self, forKey: AnyKey("mediaType"))
    digest = try fields.decode(Digest.self, forKey: AnyKey("digest"))
    size = try fields.decode(Int64.self, forKey: AnyKey("size"))
    annotations = try fields.optional("annotations")
    platform = try fields.optional("platform")
    artifactType = try fields.optional("artifactType")
    urls = try fields.optional("urls")
    others = try fields.others(than: Self.known)
    // A negative one would turn every sum and comparison of sizes after it around.
    guard size >= 0 else { throw OCIError(.badImage, "the descriptor of \(digest) gives a size below 0") }
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: AnyKey.self)
    try fields.put("mediaType", mediaType)
    try fields.put("digest", digest)
    try fields.put("size", size)
    try fields.put("annotations", annotations)
    try fields.put("platform", platform)
    try fields.put("artifactType", artifactType)
    try fields.put("urls", urls)
    try fields.put(others: others)
  }
}
