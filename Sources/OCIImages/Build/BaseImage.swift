/// The image that a recipe builds on, read and checked.
struct BaseImage: Sendable {
  let source: any ImageSource
  let configuration: ImageConfiguration
  /// With media types of OCI manifests, for one goes with the other.
  let layers: [Descriptor]
  /// Which image it is.
  let annotations: [String: String]

  /// Nil if the recipe begins with nothing.
  ///
  /// - Throws: ``OCIError``; `bad_image_recipe` if the base is for another platform.
  static func load(_ recipe: ImageRecipe) async throws -> BaseImage? {
    guard case .image(let source, let reference) = recipe.base else { return nil }
    var found = try await ManifestReading.fetch(source, reference)
    if case .index(let index) = found.content {
      found = try await ManifestReading.image(source, in: index, for: recipe.platform)
    }
    guard case .image(let manifest) = found.content, manifest.config.mediaType.isConfiguration else {
      throw OCIError(
        .badRecipe, "the base \(found.descriptor.digest) is no image of a container; nothing can be built on it")
    }
    guard manifest.config.size <= ImageJSON.maximumSize else {
      throw OCIError(.badImage, "the configuration of the base \(found.descriptor.digest) has more than 4 MiB")
    }
    let bytes = try await source.blob(manifest.config, from: 0).verified(manifest.config)
      .collect(upTo: ImageJSON.maximumSize)
    let configuration = try ImageConfiguration(bytes)
    guard configuration.platform.satisfies(recipe.platform) else {
      throw OCIError(
        .badRecipe, "the base is for \(configuration.platform), and the image is to be for \(recipe.platform)")
    }
    guard configuration.diffIDs.count == manifest.layers.count else {
      throw OCIError(
        .badImage,
        "the base has \(manifest.layers.count) layers, and its configuration names \(configuration.diffIDs.count)")
    }
    return BaseImage(
      source: source, configuration: configuration, layers: manifest.layers.map(asOCI),
      annotations: ["org.opencontainers.image.base.digest": found.descriptor.digest.description])
  }

  private static func asOCI(_ layer: Descriptor) -> Descriptor {
    var layer = layer
    switch layer.mediaType {
    case .dockerGzipLayer: layer.mediaType = .ociGzipLayer
    case .dockerLayer: layer.mediaType = .ociLayer
    default: break
    }
    return layer
  }
}
