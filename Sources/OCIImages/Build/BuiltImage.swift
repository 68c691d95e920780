/// An image, or an index of several, that was just built: a source to copy from.
///
/// Its own layers are in a temporary folder, which goes when the last copy of this value goes; the layers of a base are read from where the
/// base is.
public struct BuiltImage: OriginatingSource {
  /// Of the image, or of the index.
  public let descriptor: Descriptor
  let manifests: [Digest: [UInt8]]
  let configurations: [Digest: [UInt8]]
  let blobs: FolderOfBlobs
  let folder: TemporaryFolder
  /// Where the layers of bases are.
  let borrowed: [Digest: any ImageSource]

  public func manifest(_ reference: ManifestReference?) async throws -> (content: [UInt8], descriptor: Descriptor) {
    let digest: Digest
    switch reference {
    case nil: digest = descriptor.digest
    case .digest(let asked): digest = asked
    case .tag(let tag): throw OCIError(.notFound, "an image that was just built has no tag, so not '\(tag)' either")
    }
    guard let content = manifests[digest] else { throw OCIError(.notFound, "the built image has no \(digest)") }
    let type = try ManifestContent(content).mediaType
    return (content, Descriptor(mediaType: type, digest: digest, size: Int64(content.count)))
  }

  public func blob(_ descriptor: Descriptor, from offset: Int64) async throws -> BlobStream {
    if let content = configurations[descriptor.digest] { return .memory(content, from: offset) }
    if let base = borrowed[descriptor.digest], !blobs.has(descriptor) {
      return try await base.blob(descriptor, from: offset)
    }
    return try await Offload.run { _ in try blobs.open(descriptor, from: offset) }
  }

  /// Removes the layers now, for a program that is about to end; no copy of this value can be read any more.
  public func discard() { folder.remove() }

  public func origin(of descriptor: Descriptor) -> BlobOrigin? {
    (borrowed[descriptor.digest] as? any OriginatingSource)?.origin(of: descriptor)
  }
}
