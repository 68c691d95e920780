/// The public key with which a source of packages is signed, as a bundle has it.
public struct RepositoryKey: Sendable, Hashable {
  /// The most bytes of one.
  static let largest = 256 << 10

  public var bytes: [UInt8]

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// That of a set in a bundle; nil: it has none, or it cannot be read.
  init?(of set: PackageSet, in bundle: ArtifactBundle) {
    guard let artifact = bundle.packageKey(set),
      let bytes = try? BoundedBytes.read("\(bundle.folder)/\(artifact.path)", limit: Self.largest)
    else { return nil }
    self.init(Array(bytes))
  }

  /// apt tells by the ending of a name whether a key is written as text.
  var ending: String { bytes.starts(with: "-----BEGIN".utf8) ? ".asc" : ".gpg" }
}
