import Foundation
import NIOCore
import NIOPosix

/// A folder with images in it, as the OCI image specification's "Image Layout" says: read and written by skopeo, podman and others.
///
/// Every file appears whole or not at all, and the list of images changes after what it points to is on the disk: a crash at
/// any moment leaves a layout that is valid. Several processes may write to one layout.
public struct OCILayout: ImageSource, ImageDestination {
  /// The folder.
  public let path: String
  private let blobs: FolderOfBlobs

  private static let marker = Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8)
  /// Names an image in the index of a layout.
  public static let referenceAnnotation = "org.opencontainers.image.ref.name"

  private init(path: String) {
    self.path = path
    blobs = FolderOfBlobs(path: "\(path)/blobs/sha256", temporary: path, isDurable: true)
  }

  /// An existing layout.
  ///
  /// - Throws: ``OCIError``: `image_not_found` if there is none, `image_unsupported` for another version, `image_file`.
  public static func open(_ path: String) throws(OCIError) -> OCILayout {
    struct Marker: Decodable { var imageLayoutVersion: String }
    let content: [UInt8]
    do {
      content = try read("\(path)/oci-layout", limit: 64 << 10)
    } catch {
      guard error.code == .notFound else { throw error }
      throw OCIError(
        .notFound, "'\(path)' is no OCI layout: it has no file 'oci-layout'", details: ["path": path], cause: error)
    }
    let marker = try ImageJSON.decode(Marker.self, content, "'\(path)/oci-layout'")
    guard marker.imageLayoutVersion.hasPrefix("1.") else {
      throw OCIError(
        .unsupported, "'\(path)' has the layout version '\(marker.imageLayoutVersion.prefix(50))'; 1.0.0 is supported")
    }
    return OCILayout(path: path)
  }

  /// A layout that is made if it is not there. A folder that has other things in it is left alone.
  ///
  /// - Throws: ``OCIError`` (`image_file`).
  public static func create(_ path: String) throws(OCIError) -> OCILayout {
    let manager = FileManager.default
    if !manager.fileExists(atPath: "\(path)/oci-layout"),
      let names = try? manager.contentsOfDirectory(atPath: path), !names.allSatisfy(Self.isOwn)
    {
      throw OCIError(
        .file, "'\(path)' is a folder with other things in it; name a new folder or a layout", details: ["path": path])
    }
    do {
      try manager.createDirectory(atPath: "\(path)/blobs/sha256", withIntermediateDirectories: true)
    } catch {
      throw OCIError(.file, "the folder '\(path)' cannot be made", details: ["path": path], cause: error)
    }
    try FolderOfBlobs.synchronizeFolder("\(path)/blobs")
    let layout = OCILayout(path: path)
    if !manager.fileExists(atPath: "\(path)/index.json") {
      // Two who make one layout at a time: the second finds the first one's.
      try layout.replace("index.json", try ImageIndex(manifests: []).encoded(), onlyIfAbsent: true)
    }
    if !manager.fileExists(atPath: "\(path)/oci-layout") {
      // It is the lock of all who write: whoever took another file's place under them would not be kept out.
      try layout.replace("oci-layout", marker, onlyIfAbsent: true)
    }
    return layout
  }

  /// What a crash may have left of a layout that was being made, or what another has made of it since we looked.
  private static func isOwn(_ name: String) -> Bool {
    ["blobs", "index.json", "oci-layout"].contains(name) || name.hasPrefix(".partial-")
  }

  /// The images that the layout names.
  ///
  /// - Throws: ``OCIError`` (`bad_image`, `image_file`).
  public func index() throws(OCIError) -> ImageIndex {
    try ImageJSON.decode(ImageIndex.self, try Self.read("\(path)/index.json"), "'\(path)/index.json'")
  }

  /// All tags, sorted.
  public func tags() throws(OCIError) -> [String] {
    Set(try index().manifests.compactMap { $0.annotations?[Self.referenceAnnotation] }).sorted()
  }

  public func manifest(_ reference: ManifestReference?) async throws -> (content: [UInt8], descriptor: Descriptor) {
    try await Offload.run { _ in
      let descriptor = try find(reference)
      let content = try Self.read(blobs.file(descriptor.digest))
      try VerifiedContent.check(content, descriptor)
      return (content, descriptor)
    }
  }

  private func find(_ reference: ManifestReference?) throws(OCIError) -> Descriptor {
    let index = try index()
    switch reference {
    case nil:
      guard index.manifests.count == 1, let only = index.manifests.first else {
        let tags = index.manifests.compactMap { $0.annotations?[Self.referenceAnnotation] }.sorted().prefix(20)
        throw OCIError(
          .notFound,
          index.manifests.isEmpty
            ? "the layout '\(path)' has no image"
            : "the layout '\(path)' has \(index.manifests.count) images; say which: \(tags.joined(separator: ", "))")
      }
      return only
    case .tag(let tag):
      guard let found = index.manifests.first(where: { $0.annotations?[Self.referenceAnnotation] == tag }) else {
        throw OCIError(.notFound, "the layout '\(path)' has no image '\(tag)'")
      }
      return found
    case .digest(let digest):
      if let listed = index.manifests.first(where: { $0.digest == digest }) { return listed }
      // What an index in the layout points to is not listed by itself.
      let content = try Self.read(blobs.file(digest))
      return Descriptor(
        mediaType: try ManifestContent(content).mediaType, digest: digest, size: Int64(content.count))
    }
  }

  public func blob(_ descriptor: Descriptor, from offset: Int64) async throws -> BlobStream {
    try await Offload.run { _ in try blobs.open(descriptor, from: offset) }
  }

  public func hasBlob(_ descriptor: Descriptor) async throws -> Bool { blobs.has(descriptor) }

  public func putBlob(
    _ descriptor: Descriptor, origin: BlobOrigin?, progress: @escaping @Sendable (Int64) -> Void,
    open: @escaping @Sendable (_ offset: Int64) async throws -> BlobStream
  ) async throws {
    try await blobs.store(descriptor, try await open(0), progress: progress)
  }

  public func putManifest(_ content: [UInt8], _ descriptor: Descriptor, tag: String?) async throws {
    try await Offload.run { _ in
      try VerifiedContent.check(content, descriptor)
      let manifest = try ManifestContent(content, mediaType: descriptor.mediaType)
      try blobs.store(content, descriptor.digest)
      let lock = try OpenFile.reading("\(path)/oci-layout")
      try lock.lock()
      defer { lock.unlock() }
      var listing = LayoutListing(try index())
      listing.put(descriptor, manifest, tag: tag)
      try replace("index.json", try listing.encoded(path))
    }
  }

  public func finish() async throws {}

  private static func read(_ path: String, limit: Int = ImageJSON.maximumSize) throws(OCIError) -> [UInt8] {
    let content = try FileSource(try OpenFile.reading(path)).bytes(limit + 1)
    guard content.count <= limit else { throw OCIError(.badImage, "'\(path)' has more than \(limit) bytes") }
    return content
  }

  private func replace(_ name: String, _ content: [UInt8], onlyIfAbsent: Bool = false) throws(OCIError) {
    let partial = "\(path)/.partial-\(UUID().uuidString)"
    let file = try OpenFile.creating(partial)
    defer { unlink(partial) }
    try FileSink(file).write(content)
    try file.synchronize()
    if onlyIfAbsent {
      guard link(partial, "\(path)/\(name)") == 0 || errno == EEXIST else {
        throw OpenFile.failure("cannot be made", "\(path)/\(name)")
      }
    } else {
      guard rename(partial, "\(path)/\(name)") == 0 else {
        throw OpenFile.failure("cannot be replaced", "\(path)/\(name)")
      }
    }
    try FolderOfBlobs.synchronizeFolder(path)
  }
}
