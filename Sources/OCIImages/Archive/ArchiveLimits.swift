/// How much an archive may hold before it is taken for an attack.
public struct ArchiveLimits: Sendable, Hashable {
  /// Bytes of all that it holds, uncompressed.
  public var totalSize: Int64 = 256 << 30
  /// Files, folders and links; folders above them count, whether the archive has entries for them or not.
  public var entries = 2_000_000
  /// How many times its compressed size it may have, once it has more than 256 MiB.
  ///
  /// What gzip makes of zeros is a thousandth; real layers stay below fifty.
  public var expansion: Int64 = 300

  /// Those that no honest image comes near.
  public init() {}

  /// For an archive whose parts are layers, each of which is one file: 200,000 entries.
  public static var ofImages: ArchiveLimits {
    var limits = ArchiveLimits()
    limits.entries = 200_000
    return limits
  }

  /// Bytes of a path, on average: what is remembered of an archive is bounded, however short its headers are when compressed.
  static let pathSize = 256

  func checkExpansion(from compressed: Int64, to size: Int64) throws(OCIError) {
    if size > totalSize {
      throw OCIError(.badArchive, "the archive has more than \(totalSize) bytes uncompressed; that is not unpacked")
    }
    if size > 256 << 20, size / max(compressed, 1) > expansion {
      throw OCIError(
        .badArchive, "the archive grows to more than \(expansion) times its size; that looks like a bomb")
    }
  }
}
