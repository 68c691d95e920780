import CKeeper

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A failed system call on a file.
struct FileFailure: Error, CustomStringConvertible {
  var path: String
  var number: Int32
  /// Said in place of the system's words for the number.
  var reason: String?

  init(_ path: String, _ number: Int32 = errno, reason: String? = nil) {
    self.path = path
    self.number = number
    self.reason = reason
  }

  /// As the second half of a sentence: `'/tmp/x': No space left on device`.
  var description: String { "'\(path)': \(reason ?? FileFailure.text(number))" }

  static func text(_ number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 128)
    _ = strerror_r(number, &buffer, buffer.count)
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

private let systemRead = read(_:_:_:)
private let systemWrite = write(_:_:_:)

/// `close`, also where a method of that name hides it.
func closeDescriptor(_ number: Int32) { _ = close(number) }

/// An open descriptor that is closed when its owner lets it go, or earlier.
struct Descriptor: ~Copyable {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  init(opening path: String, _ flags: Int32, mode: mode_t = 0) throws(FileFailure) {
    number = open(path, flags | O_CLOEXEC, mode)
    if number < 0 { throw FileFailure(path) }
  }

  /// Opens a plain file for reading and nothing else: a program may have put there what it likes. A link could lead to a
  /// file that only we may read, a FIFO would hold us up, and so would reading a device.
  ///
  /// - Parameter owner: nobody else's file is taken: one that was linked there (a hard link) is its owner's still. Nil:
  ///   anybody's.
  init(plain path: String, owner: uid_t?) throws(FileFailure) {
    number = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard number >= 0 else {
      let reason = errno
      throw FileFailure(path, reason, reason: [ELOOP, ENXIO].contains(reason) ? Self.notPlain : nil)
    }
    var status = stat()
    guard fstat(number, &status) == 0 else { throw FileFailure(path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileFailure(path, EINVAL, reason: Self.notPlain) }
    if let owner, owner != status.st_uid {
      throw FileFailure(path, EPERM, reason: "it belongs to another user than the program's")
    }
    // The flag was for the opening; a program that gets the descriptor must find none.
    _ = fcntl(number, F_SETFL, 0)
  }

  private static let notPlain = "it is no plain file; a link, a folder or a FIFO is not read"

  deinit { if number >= 0 { close(number) } }

  /// Hands the descriptor over to a caller who closes it.
  consuming func release() -> Int32 {
    let number = number
    discard self
    return number
  }

  func write(_ bytes: [UInt8], path: String) throws(FileFailure) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { systemWrite(number, $0.baseAddress.map { $0 + offset }, $0.count - offset) }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileFailure(path)
      }
      offset += count
    }
  }

  /// What is in the file from here on, but no more than `limit` + 1 bytes: one more tells that there is too much.
  func read(limit: Int, path: String) throws(FileFailure) -> [UInt8] {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw FileFailure(path) }
    let most = limit == .max ? limit : max(limit, 0) + 1
    var bytes: [UInt8] = []
    // The size is a hint only: a file of /proc, or one that still grows, has another.
    var room = min(max(Int(status.st_size), 4096) + 1, most)
    while bytes.count < most {
      let filled = bytes.count
      var failure: Int32 = 0
      bytes.append(
        contentsOf: [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
          let got = systemRead(number, buffer.baseAddress, room)
          failure = got < 0 ? errno : 0
          count = max(got, 0)
        })
      if failure == EINTR { continue }
      if failure != 0 { throw FileFailure(path, failure) }
      if bytes.count == filled { break }
      room = min(max(room, 65_536), most - bytes.count)
    }
    return bytes
  }
}
