/// Points to a blob or a manifest: what it is, how large, and its digest.
///
/// Source of the format: OCI image specification, "Content Descriptors".
public struct Descriptor: Sendable, Hashable, Codable {
  public var mediaType: MediaType
  public var digest: Digest
  /// Bytes.
  public var size: Int64
  public var annotations: [String: String]?
  public var platform: Platform?
  public var artifactType: String?

  public init(
    mediaType: MediaType, digest: Digest, size: Int64, annotations: [String: String]? = nil,
    platform: Platform? = nil, artifactType: String? = nil
  ) {
    self.mediaType = mediaType
    self.digest = digest
    self.size = size
    self.annotations = annotations
    self.platform = platform
    self.artifactType = artifactType
  }
}

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

  /// A list of manifests, one a platform.
  public var isIndex: Bool { self == .ociIndex || self == .dockerList }
  public var isManifest: Bool { self == .ociManifest || self == .dockerManifest }
}

/// A machine that an image is for.
public struct Platform: Sendable, Hashable, Codable, CustomStringConvertible {
  /// As `linux`.
  public var os: String
  /// As Go names it: `amd64`, `arm64`, …
  public var architecture: String
  /// As `v7` or `v8`.
  public var variant: String?

  public init(os: String = "linux", architecture: String, variant: String? = nil) {
    self.os = os
    self.architecture = architecture
    self.variant = variant
  }

  /// `linux/arm64/v8`
  public var description: String { [os, architecture, variant].compactMap { $0 }.joined(separator: "/") }
}
