import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What other threads may know of a connection and do to it.
///
/// It holds a descriptor of its own for the connection's socket: libpq closes its descriptor whenever it notices that the
/// connection is lost, and the number may mean another file a moment later, which must not be shut down in its place.
final class ConnectionLink: Sendable {
  private enum State {
    case connecting, closed
    case open(socket: Int32)
  }
  private let state = Mutex(State.connecting)

  var isOpen: Bool {
    state.withLock { if case .open = $0 { true } else { false } }
  }

  /// - Parameter socket: libpq's.
  func opened(socket: Int32) {
    let copy = fcntl(socket, F_DUPFD_CLOEXEC, 0)
    state.withLock { $0 = .open(socket: copy) }
  }

  /// The connection was lost or closed. The socket is not kept longer, or the server would not learn of it.
  func closed() {
    state.withLock { state in
      if case .open(let socket) = state, socket >= 0 { _ = close(socket) }
      state = .closed
    }
  }

  /// The connection cannot be used any more, but the server does not know yet.
  func cut() {
    shutDown()
    closed()
  }

  /// Both directions end: who waits for the server wakes up with an error.
  func shutDown() {
    state.withLock { state in
      if case .open(let socket) = state, socket >= 0 { _ = shutdown(socket, Int32(SHUT_RDWR)) }
    }
  }
}
