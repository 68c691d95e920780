/// One image of a docker-archive's `manifest.json`.
///
/// Source of the format: what `docker save` writes; described in Docker's image specification 1.2, "Combined Image JSON + Filesystem
/// Changeset Format".
struct DockerArchiveListing: Sendable, Codable {
  /// The path of the configuration in the archive.
  var config: String
  /// As `registry.example/app:1`.
  var repoTags: [String]?
  /// The paths of the layers, from the lowest up.
  var layers: [String]

  private enum CodingKeys: String, CodingKey {
    case config = "Config"
    case repoTags = "RepoTags"
    case layers = "Layers"
  }

  static let path = "manifest.json"

  init(config: String, repoTags: [String]?, layers: [String]) {
    self.config = config
    self.repoTags = repoTags
    self.layers = layers
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    config = try fields.decode(String.self, forKey: .config)
    repoTags = try fields.decodeIfPresent([String].self, forKey: .repoTags)
    // Docker writes null for an image without layers.
    layers = try fields.decodeIfPresent([String].self, forKey: .layers) ?? []
    guard layers.count <= ImageManifest.maximumLayers else {
      throw OCIError(.badImage, "an image has \(layers.count) layers; at most \(ImageManifest.maximumLayers) are taken")
    }
  }
}
