/// Reads manifests out of a source that is not trusted.
enum ManifestReading {
  struct Found: Sendable {
    let bytes: [UInt8]
    let descriptor: Descriptor
    let content: ManifestContent
  }

  /// What a tag or digest means, checked.
  static func fetch(_ source: any ImageSource, _ reference: ManifestReference?) async throws -> Found {
    let (bytes, descriptor) = try await source.manifest(reference)
    try VerifiedContent.check(bytes, descriptor)
    if case .digest(let digest) = reference, digest != descriptor.digest {
      throw OCIError(.badDigest, "\(digest) was asked for, and \(descriptor.digest) came")
    }
    let content = try ManifestContent(bytes, mediaType: descriptor.mediaType)
    // Names that the image had at the source do not go with it.
    let clean = Descriptor(
      mediaType: content.mediaType, digest: descriptor.digest, size: descriptor.size, platform: descriptor.platform,
      artifactType: descriptor.artifactType)
    return Found(bytes: bytes, descriptor: clean, content: content)
  }

  /// What an index points to, checked.
  static func fetch(_ source: any ImageSource, _ child: Descriptor) async throws -> Found {
    let (bytes, _) = try await source.manifest(.digest(child.digest))
    try VerifiedContent.check(bytes, child)
    return Found(
      bytes: bytes, descriptor: child, content: try ManifestContent(bytes, mediaType: child.mediaType))
  }

  /// The image of an index that is for a platform.
  ///
  /// - Throws: ``OCIError`` (`image_not_found`) with the platforms that there are.
  static func image(_ source: any ImageSource, in index: ImageIndex, for platform: Platform) async throws -> Found {
    guard let child = index.manifest(for: platform) else {
      let others = index.manifests.compactMap { $0.platform?.description }.prefix(20).joined(separator: ", ")
      throw OCIError(.notFound, "there is no image for \(platform); there are: \(others)")
    }
    return try await fetch(source, child)
  }
}
