import Foundation

/// Writes a layer into a file in one pass: tar, compression and both digests at once, whatever the size of its files.
struct LayerWriter: Sendable {
  /// Where layers are put, named by their digests.
  let blobs: FolderOfBlobs
  let compression: LayerCompression
  /// Of every file: seconds since 1970.
  let modified: Int64

  func write(_ plan: LayerPlan, _ cancellation: Offload.Cancellation) throws(OCIError) -> BuiltLayer {
    let file = try OpenFile.creating("\(blobs.temporary)/.partial-\(UUID().uuidString)")
    do {
      let outer = HashingSink(FileSink(file))
      let gzip: GzipSink? =
        switch compression {
        case .none: nil
        case .gzip(let level): GzipSink(outer, level: Int32(level))
        }
      let inner = HashingSink(gzip ?? outer)
      let tar = TarWriter(inner)
      for (path, item) in plan.entries {
        try cancellation.check()
        try write(item, at: path, tar, cancellation)
      }
      try tar.finish()
      try gzip?.finish()
      try blobs.publish(file, as: outer.digest)
      return BuiltLayer(
        descriptor: Descriptor(
          mediaType: gzip == nil ? .ociLayer : .ociGzipLayer, digest: outer.digest, size: outer.count),
        diffID: inner.digest)
    } catch {
      unlink(file.path)
      throw error
    }
  }

  private func write(
    _ item: LayerPlan.Item, at path: ArchivePath, _ tar: TarWriter, _ cancellation: Offload.Cancellation
  ) throws(OCIError) {
    var entry = TarEntry(
      path: path.isRoot ? "./" : path.description, kind: .file, mode: item.mode, user: item.owner.user,
      group: item.owner.group, modified: modified)
    switch item.content {
    case .directory:
      entry.kind = .directory
      try tar.begin(entry)
    case .symbolicLink(let target):
      entry.kind = .symbolicLink(target: target)
      try tar.begin(entry)
    case .bytes(let bytes):
      entry.size = Int64(bytes.count)
      try tar.begin(entry)
      try tar.write(bytes)
    case .file(let source, let size, let follows):
      let file = try OpenFile.reading(source, followsLinks: follows)
      guard try file.size() == size else {
        throw OCIError(.file, "'\(source)' changes while the image is built; try again", details: ["path": source])
      }
      entry.size = size
      try tar.begin(entry)
      try tar.write(try FileSource(file, count: size), cancellation)
    }
  }
}
