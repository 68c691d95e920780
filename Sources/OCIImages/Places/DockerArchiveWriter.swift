import Foundation
import Synchronization

/// A file that `docker load`, `podman load` and `ctr images import` take, to be written.
///
/// Layers are written uncompressed, as Docker does. The file appears at ``finish()``, whole; until then all is in a temporary folder beside it,
/// which is gone after ``finish()`` or ``abandon()``: nothing can be put any more.
/// An index is refused: the format has one platform only.
public final class DockerArchiveWriter: ImageDestination {
  private struct State {
    var images: [(manifest: ImageManifest, names: [String])] = []
  }

  private let path: String
  private let repository: String?
  private let folder: TemporaryFolder
  private let blobs: FolderOfBlobs
  private let state = Mutex(State())

  /// - Parameters:
  ///   - path: replaced if it is there.
  ///   - repository: stands before the tag in the archive, as `registry.example/app`. Nil: the tag is a whole name.
  /// - Throws: ``OCIError`` (`image_file`).
  public init(_ path: String, repository: String? = nil) throws(OCIError) {
    self.path = path
    self.repository = repository
    let parent = (path as NSString).deletingLastPathComponent
    folder = try TemporaryFolder(in: parent.isEmpty ? "." : parent, prefix: ".docker-archive")
    blobs = FolderOfBlobs(path: folder.path, temporary: folder.path, isDurable: false)
  }

  public var takesIndexes: Bool { false }

  public func hasBlob(_ descriptor: Descriptor) async throws -> Bool { blobs.has(descriptor) }

  public func putBlob(
    _ descriptor: Descriptor, origin: BlobOrigin?, progress: @escaping @Sendable (Int64) -> Void,
    open: @escaping @Sendable (_ offset: Int64) async throws -> BlobStream
  ) async throws {
    try await blobs.store(descriptor, try await open(0), progress: progress)
  }

  public func putManifest(_ content: [UInt8], _ descriptor: Descriptor, tag: String?) async throws {
    try VerifiedContent.check(content, descriptor)
    guard case .image(let manifest) = try ManifestContent(content, mediaType: descriptor.mediaType),
      manifest.config.mediaType.isConfiguration
    else {
      throw OCIError(
        .unsupported, "a docker-archive cannot hold an index or an artifact; choose the image of one platform")
    }
    let name = tag.map { tag in repository.map { "\($0):\(tag)" } ?? tag }
    state.withLock { $0.images.append((manifest, name.map { [$0] } ?? [])) }
  }

  public func finish() async throws {
    let images = state.withLock { $0.images }
    try await Offload.run { [path, blobs, folder] cancellation in
      let partial = try OpenFile.creating("\(folder.path)/archive")
      let tar = TarWriter(FileSink(partial))
      var written: Set<String> = []
      var listings: [DockerArchiveListing] = []
      for (manifest, names) in images {
        listings.append(try Self.write(manifest, names, blobs, tar, &written, cancellation))
      }
      let listing = try ImageJSON.encode(listings)
      try tar.begin(
        TarEntry(path: DockerArchiveListing.path, kind: .file, mode: 0o644, size: Int64(listing.count)))
      try tar.write(listing)
      try tar.finish()
      try partial.synchronize()
      guard rename(partial.path, path) == 0 else { throw OpenFile.failure("cannot be made", path) }
      folder.remove()
    }
  }

  public func abandon() async { folder.remove() }

  private static func write(
    _ manifest: ImageManifest, _ names: [String], _ blobs: FolderOfBlobs, _ tar: TarWriter,
    _ written: inout Set<String>, _ cancellation: Offload.Cancellation
  ) throws(OCIError) -> DockerArchiveListing {
    let file = try OpenFile.reading(blobs.file(manifest.config.digest))
    let bytes = try FileSource(file).bytes(ImageJSON.maximumSize + 1)
    let configuration = try ImageConfiguration(bytes)
    guard configuration.diffIDs.count == manifest.layers.count else {
      throw OCIError(
        .badImage,
        "the image has \(manifest.layers.count) layers, and its configuration names \(configuration.diffIDs.count)")
    }
    let configPath = "\(manifest.config.digest.hex).json"
    if written.insert(configPath).inserted {
      try tar.begin(TarEntry(path: configPath, kind: .file, mode: 0o644, size: Int64(bytes.count)))
      try tar.write(bytes)
    }
    var layers: [String] = []
    for (layer, diffID) in zip(manifest.layers, configuration.diffIDs) {
      let layerPath = "\(diffID.hex).tar"
      layers.append(layerPath)
      guard written.insert(layerPath).inserted else { continue }
      let plain = try PlainLayer.open(
        blobs.file(layer.digest), layer.digest, diffID, folder: blobs.path, cancellation)
      try tar.begin(TarEntry(path: layerPath, kind: .file, mode: 0o644, size: try plain.size()))
      try tar.write(try FileSource(plain), cancellation)
    }
    return DockerArchiveListing(config: configPath, repoTags: names, layers: layers)
  }
}
