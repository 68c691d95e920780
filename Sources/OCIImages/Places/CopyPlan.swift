/// What has to be copied so that an image is whole, in the order in which it may appear.
struct CopyPlan: Sendable {
  /// A manifest with its bytes.
  struct Manifest: Sendable {
    let content: [UInt8]
    let descriptor: Descriptor
  }

  /// What an index may hold within another: nobody nests deeper, and a ring cannot be made of digests.
  static let maximumDepth = 4
  static let maximumManifests = 10_000
  /// Bytes of all manifests, for all are held until the last blob has come.
  static let maximumSize = 64 << 20

  /// Each digest once.
  private(set) var blobs: [Descriptor] = []
  /// What is pointed to comes before what points to it; the image itself is the last.
  private(set) var manifests: [Manifest] = []
  private var sizes: [Digest: Int64] = [:]
  private var size = 0
  private var known: Set<Digest> = []

  var bytes: Int64 { blobs.reduce(0) { $0 &+ $1.size } }

  func has(_ digest: Digest) -> Bool { known.contains(digest) }

  /// Adds a manifest; what an index points to has to be added before it.
  mutating func add(_ manifest: Manifest, _ content: ManifestContent) throws(OCIError) {
    guard known.insert(manifest.descriptor.digest).inserted else { return }
    guard known.count <= Self.maximumManifests else {
      throw OCIError(.badImage, "the index has more than \(Self.maximumManifests) images")
    }
    size += manifest.content.count
    guard size <= Self.maximumSize else {
      throw OCIError(.badImage, "the manifests of the index have more than \(Self.maximumSize >> 20) MiB together")
    }
    manifests.append(manifest)
    guard case .image(let image) = content else { return }
    for part in [image.config] + image.layers where !part.mediaType.isForeign { try add(blob: part) }
  }

  private mutating func add(blob: Descriptor) throws(OCIError) {
    if let size = sizes[blob.digest] {
      guard size == blob.size else {
        throw OCIError(.badImage, "\(blob.digest) is said to have \(size) bytes and \(blob.size) bytes in one image")
      }
      return
    }
    sizes[blob.digest] = blob.size
    blobs.append(blob)
  }
}

extension MediaType {
  /// A layer that may not be redistributed: it stays where its URLs say.
  var isForeign: Bool { rawValue.contains(".foreign.") || rawValue.contains(".nondistributable.") }
}
