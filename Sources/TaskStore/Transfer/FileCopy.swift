#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Copies files that others may remove at any moment.
enum FileCopy {
  /// Copies a file and writes the copy to disk.
  ///
  /// - Returns: false, and nothing is copied, if there is no such file any more.
  /// - Throws: ``StoreError``.
  static func copy(_ from: String, to: String) throws -> Bool {
    let source = open(from, O_RDONLY | O_CLOEXEC)
    guard source >= 0 else {
      if errno == ENOENT { return false }
      throw StoreError.fromSystem("open", from)
    }
    defer { close(source) }
    let copy = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard copy >= 0 else { throw StoreError.fromSystem("write", to) }
    defer { close(copy) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(source, $0.baseAddress, $0.count) }
      if count == 0 { break }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw StoreError.fromSystem("read", from)
      }
      try buffer.withUnsafeBytes { try write($0[..<count], to: copy, to) }
    }
    guard fsync(copy) == 0 else { throw StoreError.fromSystem("sync", to) }
    return true
  }

  private static func write(_ bytes: Slice<UnsafeRawBufferPointer>, to descriptor: Int32, _ path: String) throws {
    var rest = UnsafeRawBufferPointer(rebasing: bytes)
    while !rest.isEmpty {
      let written = systemWrite(descriptor, rest.baseAddress, rest.count)
      guard written >= 0 else {
        if errno == EINTR { continue }
        throw StoreError.fromSystem("write", path)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
    }
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
