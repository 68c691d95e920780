#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Runs `body` on a thread of its own: it waits for sockets, which Swift's own threads must not do.
func startThread(_ body: @escaping @Sendable () -> Void) throws(PostgresError) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  let box = Unmanaged.passRetained(Box(body)).toOpaque()
  #if canImport(Darwin)
    var thread: pthread_t?
    let failure = pthread_create(
      &thread, nil,
      {
        Unmanaged<Box>.fromOpaque($0).takeRetainedValue().body()
        return nil
      }, box)
    if failure == 0, let thread { pthread_detach(thread) }
  #else
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, box)
    if failure == 0 { pthread_detach(thread) }
  #endif
  guard failure == 0 else {
    Unmanaged<Box>.fromOpaque(box).release()
    throw PostgresError(
      .connect, "no thread can be started for a connection to PostgreSQL: \(String(cString: strerror(failure)))")
  }
}
