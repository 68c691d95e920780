#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Runs `body` on a thread of its own: it waits for descriptors, which Swift's own threads must not do.
///
/// Returns 0 or an errno.
func startThread(_ body: @escaping @Sendable () -> Void) -> Int32 {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let box = Unmanaged.passRetained(Box(body)).toOpaque()
  let result = pthread_create(
    &thread, nil,
    { argument in
      if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
      return nil
    }, box)
  if result == 0 {
    pthread_detach(thread)
  } else {
    Unmanaged<Box>.fromOpaque(box).release()
  }
  return result
}

func withBuffer(_ size: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
  defer { buffer.deallocate() }
  body(buffer)
}

/// `strings` as a C argv, for the time of `body`.
func withArgv<Result>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
  defer { for pointer in pointers { free(pointer) } }
  pointers.append(nil)
  return pointers.withUnsafeBufferPointer { buffer in
    // An array with an element has an address.
    guard let base = buffer.baseAddress else { preconditionFailure("an array with a last nil is not empty") }
    return body(base)
  }
}
