import NIOCore

/// A file with images as `docker save` and `podman save` write it, to be read.
///
/// Its parts are read where they are: nothing is unpacked. An archive that is compressed as a whole is uncompressed into a
/// temporary file first.
public struct DockerArchive: ImageSource {
  /// The names of an image in the archive, as `registry.example/app:1`.
  public struct Image: Sendable, Hashable {
    public let names: [String]
    /// Of the OCI manifest that this library makes for the image: the archive has none.
    public let descriptor: Descriptor
  }

  public let path: String
  public let images: [Image]
  private let contents: DockerArchiveContents

  /// Opens an archive and reads what is in it.
  ///
  /// - Throws: ``OCIError``: `image_not_found`, `image_file`, `bad_archive`, `bad_image`, `image_unsupported`.
  public static func open(_ path: String, limits: ArchiveLimits = .ofImages) async throws -> DockerArchive {
    let contents = try await Offload.run { cancellation in
      try DockerArchiveContents(path, limits: limits, cancellation)
    }
    return DockerArchive(path: path, images: contents.images, contents: contents)
  }

  public func manifest(_ reference: ManifestReference?) async throws -> (content: [UInt8], descriptor: Descriptor) {
    let descriptor = try find(reference).descriptor
    guard let content = contents.manifests[descriptor.digest] else {
      throw OCIError(.notFound, "the archive '\(path)' has no image \(descriptor.digest)")
    }
    return (content, descriptor)
  }

  private func find(_ reference: ManifestReference?) throws(OCIError) -> Image {
    switch reference {
    case nil:
      guard images.count == 1, let only = images.first else {
        let names = images.flatMap(\.names).prefix(20).joined(separator: ", ")
        throw OCIError(
          .notFound,
          images.isEmpty
            ? "the archive '\(path)' has no image"
            : "the archive '\(path)' has \(images.count) images; say which: \(names)")
      }
      return only
    case .digest(let digest):
      guard let found = images.first(where: { $0.descriptor.digest == digest }) else {
        throw OCIError(.notFound, "the archive '\(path)' has no image \(digest)")
      }
      return found
    case .tag(let tag):
      if let exact = images.first(where: { $0.names.contains(tag) }) { return exact }
      // `1` or `app:1` for `registry.example/app:1`, if no other image has it.
      let similar = images.filter { $0.names.contains { $0.hasSuffix(":\(tag)") || $0.hasSuffix("/\(tag)") } }
      guard similar.count == 1, let found = similar.first else {
        let names = images.flatMap(\.names).prefix(20).joined(separator: ", ")
        throw OCIError(
          .notFound, "the archive '\(path)' has \(similar.isEmpty ? "no" : "several") image '\(tag)'; it has: \(names)")
      }
      return found
    }
  }

  public func blob(_ descriptor: Descriptor, from offset: Int64) async throws -> BlobStream {
    if let content = contents.configurations[descriptor.digest] { return .memory(content, from: offset) }
    guard let part = contents.layers[descriptor.digest] else {
      throw OCIError(.notFound, "the archive '\(path)' has no \(descriptor.digest)")
    }
    return .file(contents.file, start: part.position, size: part.size, from: offset)
  }
}
