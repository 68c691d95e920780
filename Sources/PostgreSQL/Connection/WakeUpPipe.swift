#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Wakes a thread that waits in poll(2), once and for all.
final class WakeUpPipe: Sendable {
  private let reading: Int32
  private let writing: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    // If it fails, for want of descriptors, there is no waking up: poll(2) skips a negative descriptor.
    if pipe(&ends) == 0 {
      for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
      }
    }
    (reading, writing) = (ends[0], ends[1])
  }

  deinit {
    for end in [reading, writing] where end >= 0 { _ = close(end) }
  }

  func wake() {
    var byte: UInt8 = 1
    // A full pipe wakes just as well.
    _ = write(writing, &byte, 1)
  }

  /// - Returns: true if it was woken up, false after the time.
  func wait(milliseconds: Int32) -> Bool { wait(socket: -1, milliseconds) }

  /// - Returns: true if it was woken up, false if the socket has something to read, or was closed.
  func wait(orFor socket: Int32) -> Bool { wait(socket: socket, -1) }

  private func wait(socket: Int32, _ milliseconds: Int32) -> Bool {
    var files = [
      pollfd(fd: reading, events: Int16(POLLIN), revents: 0), pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
    ]
    // An interrupted wait looks like one that came to its end: the caller looks at the socket, or tries again earlier.
    _ = poll(&files, 2, milliseconds)
    return files[0].revents != 0
  }
}
