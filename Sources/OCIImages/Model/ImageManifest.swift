/// One image for one platform: a configuration and layers, or some other artifact's parts.
///
/// Source of the format: OCI image specification, "Image Manifest"; Docker's schema 2 has the same fields with media types of its own.
/// Unknown fields are not kept when it is written again: who copies an image copies the bytes.
public struct ImageManifest: Sendable, Hashable {
  /// Docker always writes it; OCI manifests may leave it out.
  public var mediaType: MediaType?
  public var artifactType: String?
  public var config: Descriptor
  /// From the lowest up.
  public var layers: [Descriptor]
  /// What this is about: a signature's image.
  public var subject: Descriptor?
  public var annotations: [String: String]?

  public init(
    mediaType: MediaType? = .ociManifest, config: Descriptor, layers: [Descriptor],
    annotations: [String: String]? = nil, artifactType: String? = nil, subject: Descriptor? = nil
  ) {
    self.mediaType = mediaType
    self.config = config
    self.layers = layers
    self.annotations = annotations
    self.artifactType = artifactType
    self.subject = subject
  }

  /// The same manifest always gives the same bytes.
  ///
  /// - Throws: ``OCIError`` (`bad_image`) for what JSON cannot hold.
  public func encoded() throws(OCIError) -> [UInt8] { try ImageJSON.encode(self) }
}

extension ImageManifest: Codable {
  /// More layers than any runtime mounts.
  static let maximumLayers = 10_000

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: AnyKey.self)
    try SchemaVersion.check(fields)
    mediaType = try fields.optional("mediaType")
    artifactType = try fields.optional("artifactType")
    config = try fields.decode(Descriptor.self, forKey: AnyKey("config"))
    layers = try fields.optional("layers") ?? []
    subject = try fields.optional("subject")
    annotations = try fields.optional("annotations")
    guard layers.count <= Self.maximumLayers else {
      throw OCIError(.badImage, "it has \(layers.count) layers; at most \(Self.maximumLayers) are taken")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: AnyKey.self)
    try fields.put("schemaVersion", 2)
    try fields.put("mediaType", mediaType)
    try fields.put("artifactType", artifactType)
    try fields.put("config", config)
    try fields.put("layers", layers)
    try fields.put("subject", subject)
    try fields.put("annotations", annotations)
  }
}
