import Foundation

/// A layer's tar file as it is, whatever it was compressed with.
enum PlainLayer {
  /// - Parameters:
  ///   - path: of the layer, compressed or not; its bytes are known to be those of `digest`.
  ///   - folder: for the uncompressed file, which has no name there and is gone when it is closed.
  /// - Throws: ``OCIError``: `bad_digest` if its bytes are not those of the diff id; `image_unsupported` for another compression than gzip.
  static func open(
    _ path: String, _ digest: Digest, _ diffID: Digest, folder: String, _ cancellation: Offload.Cancellation
  ) throws(OCIError) -> OpenFile {
    let file = try OpenFile.reading(path)
    let start = try FileSource(file).bytes(4)
    if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
      throw OCIError(
        .unsupported, "a layer is compressed with zstd, which is not supported where it has to be unpacked")
    }
    // What was checked when it came need not be read once more.
    if digest == diffID { return file }
    let isCompressed = GzipSource.begins(start)
    let plain = isCompressed ? try OpenFile.creating("\(folder)/plain-\(UUID().uuidString)") : file
    if isCompressed { unlink(plain.path) }
    let hash = HashingSink(isCompressed ? FileSink(plain) : nil)
    let source: any ByteSource = isCompressed ? try GzipSource(try FileSource(file)) : try FileSource(file)
    try hash.copy(source, cancellation)
    guard hash.digest == diffID else {
      throw OCIError(.badDigest, "a layer is \(hash.digest) uncompressed, and its image says \(diffID)")
    }
    return plain
  }
}
