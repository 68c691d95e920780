/// What a blob or manifest is. Any text is taken; these are the ones that images are made of.
public struct MediaType: Sendable, Hashable, Codable, RawRepresentable {
  public var rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  public static let ociManifest = MediaType(rawValue: "application/vnd.oci.image.manifest.v1+json")
  public static let ociIndex = MediaType(rawValue: "application/vnd.oci.image.index.v1+json")
  public static let ociConfiguration = MediaType(rawValue: "application/vnd.oci.image.config.v1+json")
  public static let ociLayer = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar")
  public static let ociGzipLayer = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar+gzip")
  public static let ociZstdLayer = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar+zstd")
  public static let ociEmpty = MediaType(rawValue: "application/vnd.oci.empty.v1+json")
  public static let dockerManifest = MediaType(rawValue: "application/vnd.docker.distribution.manifest.v2+json")
  public static let dockerList = MediaType(rawValue: "application/vnd.docker.distribution.manifest.list.v2+json")
  public static let dockerConfiguration = MediaType(rawValue: "application/vnd.docker.container.image.v1+json")
  public static let dockerGzipLayer = MediaType(rawValue: "application/vnd.docker.image.rootfs.diff.tar.gzip")
  /// What Docker's archives hold.
  public static let dockerLayer = MediaType(rawValue: "application/vnd.docker.image.rootfs.diff.tar")

  /// A list of manifests, one a platform.
  public var isIndex: Bool { self == .ociIndex || self == .dockerList }
  public var isManifest: Bool { self == .ociManifest || self == .dockerManifest }
  /// The configuration of an image, and not of some other artifact.
  public var isConfiguration: Bool { self == .ociConfiguration || self == .dockerConfiguration }
  /// A layer that is a tar file as it is.
  var isPlainLayer: Bool { self == .ociLayer || self == .dockerLayer }
  /// A layer that is a tar file compressed with gzip.
  var isGzipLayer: Bool { self == .ociGzipLayer || self == .dockerGzipLayer }
}
