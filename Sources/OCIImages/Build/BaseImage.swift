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
    let image = try await source.image(reference, for: recipe.platform)
    let (manifest, configuration) = (image.manifest, image.configuration)
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
      annotations: ["org.opencontainers.image.base.digest": image.descriptor.digest.description])
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
