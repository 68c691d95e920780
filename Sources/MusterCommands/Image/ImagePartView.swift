import OCIImages

/// Something that an image points to, or that points to an image.
struct ImagePartView: Encodable {
  let digest: String
  let media_type: String
  let size: Int64
  let platform: String?
  let artifact_type: String?

  init(_ descriptor: Descriptor) {
    digest = descriptor.digest.description
    media_type = descriptor.mediaType.rawValue
    size = descriptor.size
    platform = descriptor.platform?.description
    artifact_type = descriptor.artifactType
  }
}
