/// What there is to know of an image without fetching its layers, checked against its digests.
public struct ImageInspection: Sendable {
  public let descriptor: Descriptor
  /// The bytes of the manifest or index, as stored.
  public let content: [UInt8]
  /// If it is one of several images.
  public let index: ImageIndex?
  public let manifest: ImageManifest?
  /// Of an image of a container; other artifacts have none.
  public let configuration: ImageConfiguration?

  /// - Parameters:
  ///   - reference: nil: the place's only image.
  ///   - platform: which image of an index. Nil: the index itself.
  /// - Throws: ``OCIError``.
  public init(_ source: any ImageSource, _ reference: ManifestReference?, platform: Platform? = nil) async throws {
    var found = try await ManifestReading.fetch(source, reference)
    var index: ImageIndex?
    if case .index(let all) = found.content {
      index = all
      if let platform { found = try await ManifestReading.image(source, in: all, for: platform) }
    }
    descriptor = found.descriptor
    content = found.bytes
    self.index = index
    guard case .image(let manifest) = found.content else {
      (self.manifest, configuration) = (nil, nil)
      return
    }
    self.manifest = manifest
    guard manifest.config.mediaType.isConfiguration else {
      configuration = nil
      return
    }
    let bytes = try await source.blob(manifest.config, from: 0).verified(manifest.config)
      .collect(upTo: ImageJSON.maximumSize)
    configuration = try ImageConfiguration(bytes)
  }
}
