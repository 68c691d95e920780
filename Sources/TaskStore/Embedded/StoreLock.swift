import MusterCore
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Keeps a second coordinator away from one store's file: an advisory lock that ends with the process, however it ends.
final class StoreLock: Sendable {
  private let descriptor: Mutex<Int32>

  init(path: String) throws {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StoreError.fromSystem("open", path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw StoreError(
        .locked,
        "another coordinator has the store beside '\(path)' open; stop it, or give this one another state folder")
    }
    self.descriptor = Mutex(descriptor)
  }

  /// Lets another open the store. Does nothing a second time.
  func release() {
    descriptor.withLock { descriptor in
      guard descriptor >= 0 else { return }
      // Not left to `close`: a program that is just being started has the descriptor too, until its exec.
      flock(descriptor, LOCK_UN)
      close(descriptor)
      descriptor = -1
    }
  }

  deinit { release() }
}
