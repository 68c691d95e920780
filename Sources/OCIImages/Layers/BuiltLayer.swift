/// A layer in a folder of blobs.
struct BuiltLayer: Sendable {
  let descriptor: Descriptor
  /// The digest of its tar file, uncompressed.
  let diffID: Digest
}
