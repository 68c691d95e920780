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

  private enum CodingKeys: String, CodingKey { case mediaType, digest, size, annotations, platform, artifactType, urls }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    mediaType = try fields.decode(MediaType.self, forKey: .mediaType)
    digest = try fields.decode(Digest.self, forKey: .digest)
    size = try fields.decode(Int64.self, forKey: .size)
    annotations = try fields.decodeIfPresent([String: String].self, forKey: .annotations)
    platform = try fields.decodeIfPresent(Platform.self, forKey: .platform)
    artifactType = try fields.decodeIfPresent(String.self, forKey: .artifactType)
    urls = try fields.decodeIfPresent([String].self, forKey: .urls)
    // A negative one would turn every sum and comparison of sizes after it around.
    guard size >= 0 else { throw OCIError(.badImage, "the descriptor of \(digest) gives a size below 0") }
  }
}
