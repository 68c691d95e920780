/// How much an archive may hold before it is taken for an attack.
public struct ArchiveLimits: Sendable, Hashable {
  /// Bytes of all that it holds, uncompressed.
  public var totalSize: Int64 = 256 << 30
  /// Files, folders and links.
  public var entries = 2_000_000
  /// How many times its compressed size it may have, once it has more than 256 MiB.
  ///
  /// What gzip makes of zeros is a thousandth; real layers stay below fifty.
  public var expansion: Int64 = 300

  /// Those that no honest image comes near.
  public init() {}

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
