#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The six ends of the three channels to a program, none of which any other program inherits.
struct Descriptors {
  /// This side's, and the program's.
  let input: (mine: Int32, its: Int32)
  let output: (mine: Int32, its: Int32)
  let errors: (mine: Int32, its: Int32)

  /// - Throws: ``RemoteHostError`` (`client`) when this process has too many files open.
  init() throws(RemoteHostError) {
    var made: [Int32] = []
    func fail() -> RemoteHostError {
      let reason = String(cString: strerror(errno))
      for end in made { close(end) }
      return RemoteHostError(
        .client, "no channel to the SSH client can be made: \(reason); raise the limit of open files")
    }
    // A socket, unlike a pipe, can be written to without a signal when the program has gone.
    var pair: [Int32] = [-1, -1]
    #if canImport(Glibc)
      guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair) == 0 else {
        throw fail()
      }
    #else
      guard socketpair(AF_UNIX, SOCK_STREAM, 0, &pair) == 0 else { throw fail() }
      for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      var on: Int32 = 1
      _ = setsockopt(pair[0], SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
    #endif
    made += pair
    input = (pair[0], pair[1])
    guard Self.pipe(&pair) else { throw fail() }
    made += pair
    output = (pair[0], pair[1])
    guard Self.pipe(&pair) else { throw fail() }
    made += pair
    errors = (pair[0], pair[1])
    for end in [output.mine, errors.mine] { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
  }

  /// A pipe that no program inherits, but for one that another thread starts in just this moment.
  ///
  /// - Returns: false for what `errno` says.
  static func pipe(_ pair: inout [Int32]) -> Bool {
    guard systemPipe(&pair) == 0 else { return false }
    for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return true
  }

  /// For those that no program was started with.
  func closeAll() {
    for end in [input.mine, input.its, output.mine, output.its, errors.mine, errors.its] { close(end) }
  }
}

// The name is also that of a method above.
private func systemPipe(_ pair: inout [Int32]) -> Int32 { pipe(&pair) }
