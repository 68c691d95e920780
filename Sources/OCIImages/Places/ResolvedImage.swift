/// One image, with what describes it.
struct ResolvedImage: Sendable {
  /// Of its manifest.
  let descriptor: Descriptor
  let manifest: ImageManifest
  let configuration: ImageConfiguration
}

extension ImageSource {
  /// Reads an image's manifest and configuration and checks both against their digests.
  ///
  /// - Parameters:
  ///   - reference: nil: the only image of the place.
  ///   - platform: of an index, which image; nil: the one for this machine.
  /// - Throws: ``OCIError``: `image_not_found` if an index has none for the platform, with those that it has; `image_unsupported` if it is no image of a
  ///   container; `bad_digest`, `bad_image`.
  func image(_ reference: ManifestReference?, for platform: Platform? = nil) async throws -> ResolvedImage {
    var found = try await ManifestReading.fetch(self, reference)
    if case .index(let index) = found.content {
      found = try await ManifestReading.image(self, in: index, for: platform ?? .current)
    }
    guard case .image(let manifest) = found.content, manifest.config.mediaType.isConfiguration else {
      throw OCIError(.unsupported, "\(found.descriptor.digest) is no image of a container")
    }
    guard manifest.config.size <= ImageJSON.maximumSize else {
      throw OCIError(.badImage, "the configuration of \(found.descriptor.digest) has more than 4 MiB")
    }
    let bytes = try await blob(manifest.config, from: 0).verified(manifest.config)
      .collect(upTo: ImageJSON.maximumSize)
    return ResolvedImage(
      descriptor: found.descriptor, manifest: manifest, configuration: try ImageConfiguration(bytes))
  }
}
