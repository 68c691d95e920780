/// Bytes to be read from the front, once.
///
/// Readers block: they run on a thread of ``Offload``, never on the pool of Swift's tasks.
protocol ByteSource: AnyObject {
  /// Fills the front of `buffer`; may fill less than there is room for.
  ///
  /// - Returns: how many bytes; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(OCIError) -> Int
}

/// Takes bytes in order.
protocol ByteSink: AnyObject {
  func write(_ bytes: UnsafeRawBufferPointer) throws(OCIError)
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

extension ByteSink {
  func write(_ bytes: [UInt8]) throws(OCIError) {
    // The pointer is used within this call only; closures cannot throw a typed error here without losing its type.
    var failure: OCIError?
    bytes.withUnsafeBytes { pointer in
      do throws(OCIError) { try write(pointer) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}

/// Bytes in memory.
final class MemorySource: ByteSource {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, rest.count)
    buffer.copyBytes(from: rest.prefix(count))
    rest = rest.dropFirst(count)
    return count
  }
}

/// Keeps what it takes in memory: for what is small.
final class MemorySink: ByteSink {
  private(set) var bytes: [UInt8] = []

  func write(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }
}
