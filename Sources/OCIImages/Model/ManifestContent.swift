/// What the bytes of a manifest say: one image, or an index of several.
public enum ManifestContent: Sendable, Hashable {
  case image(ImageManifest)
  case index(ImageIndex)

  /// Reads bytes that may come from anybody.
  ///
  /// - Parameter mediaType: what a descriptor or an answer's header says of them; nil: to be seen from the bytes.
  /// - Throws: ``OCIError`` (`bad_image`): too large, not JSON, or at once an image and an index, which two programs would read differently;
  ///   `image_unsupported` for Docker's schema 1.
  public init(_ bytes: [UInt8], mediaType: MediaType? = nil) throws(OCIError) {
    let what = "the manifest \(Digest.of(bytes))"
    let outline = try ImageJSON.decode(Outline.self, bytes, what)
    if let said = outline.mediaType, let mediaType, said != mediaType {
      throw OCIError(
        .badImage,
        "\(what) says that it is '\(said.rawValue.prefix(100))', and who points to it '\(mediaType.rawValue.prefix(100))'"
      )
    }
    guard !(outline.hasManifests && outline.hasImage) else {
      throw OCIError(.badImage, "\(what) is an image and an index at once; nobody can know what is meant")
    }
    let type = outline.mediaType ?? mediaType
    if type?.isIndex ?? outline.hasManifests {
      self = .index(try ImageJSON.decode(ImageIndex.self, bytes, what))
    } else if let type, !type.isManifest {
      throw OCIError(.unsupported, "\(what) is of the type '\(type.rawValue.prefix(100))', which is not supported")
    } else {
      self = .image(try ImageJSON.decode(ImageManifest.self, bytes, what))
    }
  }

  /// What it is, also when its bytes do not say.
  public var mediaType: MediaType {
    switch self {
    case .image(let manifest): manifest.mediaType ?? .ociManifest
    case .index(let index): index.mediaType ?? .ociIndex
    }
  }

  /// Which fields there are.
  private struct Outline: Decodable {
    let mediaType: MediaType?
    let hasManifests: Bool
    let hasImage: Bool

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: AnyKey.self)
      try SchemaVersion.check(fields)
      mediaType = try fields.optional("mediaType")
      hasManifests = fields.contains(AnyKey("manifests"))
      hasImage = fields.contains(AnyKey("config")) || fields.contains(AnyKey("layers"))
    }
  }
}
