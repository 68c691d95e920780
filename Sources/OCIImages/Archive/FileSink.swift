/// Writes a file from its front.
final class FileSink: ByteSink {
  private let file: OpenFile
  private(set) var count: Int64 = 0

  init(_ file: OpenFile) { self.file = file }

  func write(_ bytes: UnsafeRawBufferPointer) throws(OCIError) {
    try file.write(bytes, at: count)
    count += Int64(bytes.count)
  }
}
