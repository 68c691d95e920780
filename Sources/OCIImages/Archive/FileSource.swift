/// A part of an open file, from the front to its end.
final class FileSource: ByteSource {
  private let file: OpenFile
  private var offset: Int64
  private var rest: Int64

  /// - Parameter count: bytes from `offset` on; nil: to the end of the file.
  init(_ file: OpenFile, offset: Int64 = 0, count: Int64? = nil) throws(OCIError) {
    self.file = file
    self.offset = offset
    if let count { rest = count } else { rest = max(0, try file.size() - offset) }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(OCIError) -> Int {
    let wanted = Int(min(Int64(buffer.count), rest))
    guard wanted > 0 else { return 0 }
    let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset)
    offset += Int64(count)
    rest -= Int64(count)
    return count
  }

  /// Goes on `count` bytes further.
  ///
  /// - Returns: false if there are not so many.
  func skip(_ count: Int64) throws(OCIError) -> Bool {
    guard count <= rest else { return false }
    offset += count
    rest -= count
    return true
  }
}
