#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An open file; closed when the last one who holds it lets go.
///
/// Positions are given by the caller, so that one open file serves several readers at once.
final class OpenFile: Sendable {
  let path: String
  private let descriptor: Int32

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Only regular files: a pipe or a device in the place of one would block for ever, or never end.
  ///
  /// - Parameter followsLinks: false: a symbolic link as the last part is an error.
  static func reading(_ path: String, followsLinks: Bool = true) throws(OCIError) -> OpenFile {
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW)
    let descriptor = open(path, flags)
    guard descriptor >= 0 else { throw failure("cannot be opened", path) }
    let file = OpenFile(path: path, descriptor: descriptor)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw OCIError(.file, "'\(path)' is no regular file", details: ["path": path])
    }
    return file
  }

  /// A new file; one that is there already is an error.
  static func creating(_ path: String, mode: mode_t = 0o644) throws(OCIError) -> OpenFile {
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw failure("cannot be made", path) }
    return OpenFile(path: path, descriptor: descriptor)
  }

  /// Bytes that it has now.
  func size() throws(OCIError) -> Int64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.failure("cannot be looked at", path) }
    return Int64(status.st_size)
  }

  /// - Returns: how many bytes were read; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(OCIError) -> Int {
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      guard errno == EINTR else { throw Self.failure("cannot be read", path) }
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(OCIError) {
    var rest = bytes[...]
    var offset = offset
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest)
      let count = pwrite(descriptor, piece.baseAddress, piece.count, off_t(offset))
      if count < 0 {
        guard errno == EINTR else { throw Self.failure("cannot be written", path) }
        continue
      }
      rest = rest.dropFirst(count)
      offset += Int64(count)
    }
  }

  func write(_ bytes: [UInt8], at offset: Int64) throws(OCIError) {
    var failure: OCIError?
    bytes.withUnsafeBytes { buffer in
      do throws(OCIError) { try write(buffer, at: offset) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Returns when what was written survives a loss of power.
  func synchronize() throws(OCIError) {
    guard fsync(descriptor) == 0 else { throw Self.failure("cannot be written to the disk", path) }
  }

  /// Waits until this process alone holds the file, among those that ask; until ``unlock()`` or closing.
  func lock() throws(OCIError) {
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw Self.failure("cannot be locked", path) }
    }
  }

  func unlock() { flock(descriptor, LOCK_UN) }

  /// The error of the last system call, as a sentence.
  static func failure(_ what: String, _ path: String) -> OCIError {
    let number = errno
    let code: OCIError.Code = number == ENOENT || number == ENOTDIR ? .notFound : .file
    return OCIError(
      code, "'\(path)' \(what): \(String(cString: strerror(number)))", details: ["path": path, "errno": "\(number)"])
  }
}
