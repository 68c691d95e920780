/// Bytes to be read from the front, once.
///
/// Readers block: they run on a thread of ``Offload``, never on the pool of Swift's tasks.
protocol ByteSource: AnyObject {
  /// Fills the front of `buffer`; may fill less than there is room for.
  ///
  /// - Returns: how many bytes; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(OCIError) -> Int
}

extension ByteSource {
  /// Reads until the buffer is full or the end is reached.
  func readFully(into buffer: UnsafeMutableRawBufferPointer) throws(OCIError) -> Int {
    var count = 0
    while count < buffer.count {
      let more = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
      if more == 0 { break }
      count += more
    }
    return count
  }

  /// - Returns: up to `count` bytes; fewer only at the end.
  func bytes(_ count: Int) throws(OCIError) -> [UInt8] {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { memory.deallocate() }
    let filled = try readFully(into: memory)
    return Array(memory[..<filled])
  }
}
