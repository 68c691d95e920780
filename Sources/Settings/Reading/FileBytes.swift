#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads small files whole.
enum FileBytes {
  enum Outcome {
    case bytes([UInt8])
    case missing
    /// Why not, in the system's words.
    case unreadable(String)
  }

  /// The file's bytes; of a larger file one more than `limit`.
  static func read(_ path: String, limit: Int = YAMLDocument.largest) -> Outcome {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      return errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable(String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count <= limit {
      let count = buffer.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        return .unreadable(String(cString: strerror(errno)))
      }
      bytes += buffer[..<count]
    }
    return .bytes(Array(bytes.prefix(limit + 1)))
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
