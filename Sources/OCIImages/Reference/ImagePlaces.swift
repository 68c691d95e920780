/// Opens the places that ``ImageLocation`` names.
public struct ImagePlaces: Sendable {
  private let client: RegistryClient

  public init(_ client: RegistryClient) { self.client = client }

  /// A place to read from, and which of its images is meant.
  ///
  /// - Throws: ``OCIError``.
  public func source(_ location: ImageLocation) async throws -> (place: any ImageSource, image: ManifestReference?) {
    switch location {
    case .registry(let reference): return (client.repository(reference), reference.manifest)
    case .layout(let directory, let image): return (try OCILayout.open(directory), image)
    case .dockerArchive(let file, let name): return (try await DockerArchive.open(file), name.map { .tag($0) })
    }
  }

  /// A place to write to, and the tag to write.
  ///
  /// - Throws: ``OCIError``; `bad_image_reference` for a digest, which nobody can choose.
  public func destination(_ location: ImageLocation) throws(OCIError) -> (place: any ImageDestination, tag: String?) {
    switch location {
    case .registry(let reference):
      guard reference.digest == nil else { throw Self.digest(location) }
      return (client.repository(reference), reference.tag ?? ImageReference.defaultTag)
    case .layout(let directory, let image):
      if case .digest? = image { throw Self.digest(location) }
      return (try OCILayout.create(directory), image?.description)
    case .dockerArchive(let file, let name):
      guard let name else { return (try DockerArchiveWriter(file), nil) }
      let lastSlash = name.lastIndex(of: "/") ?? name.startIndex
      guard let colon = name[lastSlash...].lastIndex(of: ":") else {
        return (try DockerArchiveWriter(file, repository: name), ImageReference.defaultTag)
      }
      return (
        try DockerArchiveWriter(file, repository: String(name[..<colon])), String(name[name.index(after: colon)...])
      )
    }
  }

  private static func digest(_ location: ImageLocation) -> OCIError {
    OCIError(
      .badReference,
      "'\(location)' names a digest, which is known only of what is there already; write a tag to write to")
  }
}
