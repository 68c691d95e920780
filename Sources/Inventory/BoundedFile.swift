#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads small files whole.
enum BoundedFile {
  /// The file's bytes; of one that is too large one byte more than may be.
  ///
  /// - Throws: ``InventoryError`` (`unreadableFile`) in the system's words.
  static func read(_ path: String) throws(InventoryError) -> [UInt8] {
    // Not blocking: a pipe that nobody writes into would be waited for for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count <= InventoryLimits.fileSize {
      let count = buffer.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN {
          // A pipe whose writer is not done.
          var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
          _ = poll(&request, 1, 1000)
          continue
        }
        throw failure(path)
      }
      bytes += buffer[..<count]
    }
    return Array(bytes.prefix(InventoryLimits.fileSize + 1))
  }

  private static func failure(_ path: String) -> InventoryError {
    let reason = String(cString: strerror(errno))
    let cure = errno == EISDIR ? "name the file in it" : "check the path and its permissions"
    return InventoryError(.unreadableFile, file: path, "the inventory cannot be read: \(reason); \(cure)")
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
