import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads the streams of a program as they come, on a thread of its own.
///
/// Not with Dispatch's sources: on Linux its event loop may still hold an event of a source that is being cancelled, and the process
/// ended in `_dispatch_event_loop_drain` with a segmentation fault, once in some thousand connections that closed (Swift 6.3).
final class StreamReader: Sendable {
  /// A stream, and where it comes from: a descriptor that does not block, which is closed at the end.
  struct Source: Sendable {
    var descriptor: Int32
    var stream: RemoteStream
  }

  private let hear: @Sendable (ArraySlice<UInt8>, RemoteStream) -> Void
  private let ended: @Sendable (RemoteStream) -> Void
  /// A pipe: a byte wakes the thread that waits at its other end.
  private let wake: (mine: Int32, its: Int32)
  private let finishing = Mutex<CheckedContinuation<Void, Never>?>(nil)
  private let isFinished = Mutex(false)

  /// - Parameters:
  ///   - hear: called on the thread, in the order of what comes.
  ///   - ended: called there when a stream has ended by itself.
  /// - Throws: ``RemoteHostError`` (`client`) when no thread or channel can be had; the sources are as they were.
  init(
    _ sources: [Source], hear: @escaping @Sendable (ArraySlice<UInt8>, RemoteStream) -> Void,
    ended: @escaping @Sendable (RemoteStream) -> Void
  ) throws(RemoteHostError) {
    self.hear = hear
    self.ended = ended
    var pair: [Int32] = [-1, -1]
    guard Descriptors.pipe(&pair) else { throw Self.failure(errno, "raise the limit of open files") }
    wake = (pair[1], pair[0])
    let error = Thread.start { self.run(sources) }
    guard error == 0 else {
      for end in pair { close(end) }
      throw Self.failure(error, "raise the limit of processes")
    }
  }

  /// Hears what is there, closes the descriptors, and returns; what comes later nobody waits for. Must be called; a second call after the
  /// first has returned does nothing.
  func finish() async {
    let isFirst = isFinished.withLock { isFinished in
      defer { isFinished = true }
      return !isFinished
    }
    guard isFirst else { return }
    await withCheckedContinuation { continuation in
      finishing.withLock { $0 = continuation }
      // Closing it alone might not do: a program that is started in just this moment may have a copy.
      _ = write(wake.mine, [0], 1)
      close(wake.mine)
    }
  }

  private func run(_ sources: [Source]) {
    // Signals are for those threads that wait for them.
    var signals = sigset_t()
    sigfillset(&signals)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    var open = sources
    var isAsked = false
    while !isAsked {
      var requests = open.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
      requests.append(pollfd(fd: wake.its, events: Int16(POLLIN), revents: 0))
      // It fails for signals, and while the system has no memory.
      guard poll(&requests, nfds_t(requests.count), -1) > 0 else { continue }
      isAsked = requests[open.count].revents != 0
      var left: [Source] = []
      for (source, request) in zip(open, requests) {
        if request.revents != 0 || isAsked, drain(source) {
          close(source.descriptor)
          ended(source.stream)
        } else {
          left.append(source)
        }
      }
      open = left
    }
    for source in open { close(source.descriptor) }
    close(wake.its)
    finishing.withLock { $0 }?.resume()
  }

  /// - Returns: whether the stream has ended.
  private func drain(_ source: Source) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    // Bounded, so that a program that never stops writing does not keep the other stream from being read.
    for _ in 0..<16 {
      let count = read(source.descriptor, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        return errno != EAGAIN
      }
      guard count > 0 else { return true }
      hear(buffer[..<count], source.stream)
    }
    return false
  }

  private static func failure(_ error: Int32, _ cure: String) -> RemoteHostError {
    RemoteHostError(.client, "the SSH client cannot be listened to: \(String(cString: strerror(error))); \(cure)")
  }
}

/// A thread of the system's, which may wait for as long as it likes.
private enum Thread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }

    static func run(_ body: UnsafeMutableRawPointer) {
      // Nobody asks what became of it.
      pthread_detach(pthread_self())
      Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
    }
  }

  /// - Returns: 0, or the system's number for why there is none.
  static func start(_ run: @escaping @Sendable () -> Void) -> Int32 {
    let body = Unmanaged.passRetained(Body(run))
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    let error = pthread_create(
      &thread, nil,
      {
        let body: UnsafeMutableRawPointer? = $0
        body.map(Body.run)
        return nil
      }, body.toOpaque())
    if error != 0 { body.release() }
    return error
  }
}
