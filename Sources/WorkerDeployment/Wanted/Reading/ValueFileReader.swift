#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads the small files that values name.
public struct ValueFileReader: Sendable {
  /// What reading came to.
  public enum Outcome: Sendable, Hashable {
    /// Of a larger file one byte more than was asked for.
    case bytes([UInt8])
    /// Why not, as the end of a sentence: `there is no such file`.
    case unreadable(String)
  }

  /// A path, and how many bytes are wanted at most.
  let read: @Sendable (_ path: String, _ limit: Int) -> Outcome

  public init(_ read: @escaping @Sendable (_ path: String, _ limit: Int) -> Outcome) { self.read = read }

  /// The files of this machine. A pipe that nobody writes into does not stop it.
  public static let disk = ValueFileReader { path, limit in
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return .unreadable(reason(errno)) }
    defer { close(file) }
    // Waiting begins here: for what a program writes into a pipe, as a shell's <(…).
    _ = fcntl(file, F_SETFL, 0)
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count <= limit {
      let count = systemRead(file, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return .unreadable(reason(errno)) }
      if count == 0 { break }
      bytes += piece[..<count]
    }
    return .bytes(Array(bytes.prefix(limit + 1)))
  }

  /// The reason of a file that is not there.
  public static let missing = "there is no such file"

  private static func reason(_ code: Int32) -> String {
    switch code {
    case ENOENT, ENOTDIR: missing
    case EACCES: "this user may not read it"
    case EISDIR: "it is a folder"
    default: String(cString: strerror(code))
    }
  }
}

/// The name is also that of a member above.
private func systemRead(_ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(file, buffer, count)
}
