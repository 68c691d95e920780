/// Several images under one name, usually one a platform.
///
/// Source of the format: OCI image specification, "Image Index"; Docker's manifest list has the same fields.
/// Unknown fields are not kept when it is written again: who copies an index copies the bytes.
public struct ImageIndex: Sendable, Hashable {
  public var mediaType: MediaType?
  public var artifactType: String?
  public var manifests: [Descriptor]
  public var subject: Descriptor?
  public var annotations: [String: String]?

  public init(
    mediaType: MediaType? = .ociIndex, manifests: [Descriptor], annotations: [String: String]? = nil,
    artifactType: String? = nil, subject: Descriptor? = nil
  ) {
    self.mediaType = mediaType
    self.manifests = manifests
    self.annotations = annotations
    self.artifactType = artifactType
    self.subject = subject
  }

  /// The image for a platform: the first that is for exactly this one, else the best that runs there; nil if there is none.
  public func manifest(for platform: Platform) -> Descriptor? {
    var best: (match: PlatformMatch, manifest: Descriptor)?
    for manifest in manifests {
      guard let its = manifest.platform, let match = PlatformMatch(its, on: platform) else { continue }
      if best.map({ $0.match < match }) ?? true { best = (match, manifest) }
    }
    return best?.manifest
  }

  /// The same index always gives the same bytes.
  ///
  /// - Throws: ``OCIError`` (`bad_image`) for what JSON cannot hold.
  public func encoded() throws(OCIError) -> [UInt8] { try ImageJSON.encode(self) }
}

extension ImageIndex: Codable {
  static let maximumManifests = 10_000

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: AnyKey.self)
    try SchemaVersion.check(fields)
    mediaType = try fields.optional("mediaType")
    artifactType = try fields.optional("artifactType")
    manifests = try fields.optional("manifests") ?? []
    subject = try fields.optional("subject")
    annotations = try fields.optional("annotations")
    guard manifests.count <= Self.maximumManifests else {
      throw OCIError(.badImage, "it has \(manifests.count) manifests; at most \(Self.maximumManifests) are taken")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: AnyKey.self)
    try fields.put("schemaVersion", 2)
    try fields.put("mediaType", mediaType)
    try fields.put("artifactType", artifactType)
    try fields.put("manifests", manifests)
    try fields.put("subject", subject)
    try fields.put("annotations", annotations)
  }
}
