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
}
