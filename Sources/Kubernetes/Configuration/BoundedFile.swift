#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The system's `read`, whose name a method below has too.
private func readBytes(_ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(file, buffer, count)
}

/// Reads files that somebody else has written, and no more of them than is sensible.
enum BoundedFile {
  /// - Parameter error: makes the error of a reason such as `there is no such file`.
  static func read(_ path: String, largest: Int, error: (String) -> KubernetesError) throws(KubernetesError) -> [UInt8]
  {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw error(reason(errno)) }
    defer { close(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = readBytes(file, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw error(reason(errno)) }
      if count == 0 { return bytes }
      bytes += piece[..<count]
      guard bytes.count <= largest else { throw error("it has over \(largest) bytes") }
    }
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case ENOENT: "there is no such file"
    case EACCES: "it may not be read by this user"
    case EISDIR: "it is a folder"
    default: String(cString: strerror(code))
    }
  }
}
