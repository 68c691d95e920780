#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Files that hold keys, and those beside them: whole or not there at all, and with the right mode from the first byte.
public enum PrivateFile {
  /// Who may read a file.
  public enum Mode: Sendable {
    /// Its owner alone (0600).
    case owner
    /// Everybody (0644); written by its owner alone.
    case everyone

    var bits: mode_t { self == .owner ? 0o600 : 0o644 }
  }

  /// Writes a file under another name beside it, syncs it and puts it in place: a crash leaves the old one or the new one.
  ///
  /// - Throws: ``CertificatesError`` (`unwritable_file`).
  public static func write(_ text: String, to path: String, mode: Mode) throws(CertificatesError) {
    let draft = "\(path).new-\(getpid())"
    _ = unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode.bits)
    guard descriptor >= 0 else { throw failure("write", path) }
    // The process's mask may have taken bits away.
    var isWritten = fchmod(descriptor, mode.bits) == 0
    var bytes = Array(text.utf8)[...]
    while isWritten, !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { isWritten = false } else { bytes = bytes.dropFirst(count) }
    }
    isWritten = isWritten && fsync(descriptor) == 0
    let error = errno
    isWritten = close(descriptor) == 0 && isWritten
    guard isWritten, rename(draft, path) == 0 else {
      let reason = isWritten ? errno : error
      _ = unlink(draft)
      errno = reason
      throw failure("write", path)
    }
    sync(folder(of: path))
  }

  /// Reads a file of at most 1 MiB.
  ///
  /// - Throws: ``CertificatesError`` (`unreadable_file`).
  public static func read(_ path: String) throws(CertificatesError) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure("read", path) }
    defer { close(descriptor) }
    return try read(descriptor, path)
  }

  private static func read(_ descriptor: Int32, _ path: String) throws(CertificatesError) -> String {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 16_384)
    while bytes.count <= 1 << 20 {
      let count = Glibc.read(descriptor, &part, part.count)
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw failure("read", path) }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += part.prefix(count)
    }
    throw CertificatesError(.unreadableFile, "the file '\(path)' is over 1 MiB; that is no certificate and no key")
  }

  /// Reads a file that holds a key.
  ///
  /// - Throws: ``CertificatesError`` (`unreadable_file`) also if others may read it (``isClosed(mode:owner:reader:)``): then it is no
  ///   secret.
  public static func readKey(_ path: String) throws(CertificatesError) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure("read", path) }
    defer { close(descriptor) }
    // Of the file that is read, not of one that took its place.
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("read", path) }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw CertificatesError(
        .unreadableFile, "the key in '\(path)' belongs to another user (\(status.st_uid)); use one of your own")
    }
    guard isClosed(mode: status.st_mode, owner: status.st_uid, reader: geteuid()) else {
      throw CertificatesError(
        .unreadableFile,
        "others may read the key in '\(path)'; run 'chmod 600 \(path)', and make a new key if it was seen")
    }
    return try read(descriptor, path)
  }

  /// Whether nobody but its owner may read or change a file. Of root's file its group may read it, if it is read by somebody
  /// else: he got it through that group. So Kubernetes gives Secrets to pods that do not run as root, and PostgreSQL takes keys.
  static func isClosed(mode: mode_t, owner: uid_t, reader: uid_t) -> Bool {
    mode & (owner == 0 && reader != 0 ? 0o037 : 0o077) == 0
  }

  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Changes whenever the file is written anew; nil if it is not there.
  public static func version(_ path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
  }

  /// Makes a folder that only its owner may enter (0700), and those above it by the user's own rules; fine if it is there.
  ///
  /// - Throws: ``CertificatesError`` (`unwritable_file`), also if it is another user's, or others may write to it.
  public static func makeFolder(_ path: String) throws(CertificatesError) {
    if mkdir(path, 0o700) == 0 { return sync(folder(of: path)) }
    if errno == ENOENT {
      let parent = folder(of: path)
      if parent != path, !exists(parent) { try makePlainFolder(parent) }
      if mkdir(path, 0o700) == 0 { return sync(parent) }
    }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw failure("make", path) }
    guard status.st_uid == geteuid() || status.st_uid == 0, status.st_mode & 0o022 == 0 else {
      throw CertificatesError(
        .unwritableFile,
        "the folder '\(path)' belongs to another user, or others may write to it; keys cannot be kept there",
        details: ["path": path])
    }
  }

  private static func makePlainFolder(_ path: String) throws(CertificatesError) {
    let parent = folder(of: path)
    if parent != path, !exists(parent) { try makePlainFolder(parent) }
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw failure("make", path) }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func sync(_ folder: String) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    _ = close(descriptor)
  }

  private static func failure(_ what: String, _ path: String) -> CertificatesError {
    CertificatesError(
      what == "read" ? .unreadableFile : .unwritableFile,
      "cannot \(what) '\(path)': \(String(cString: strerror(errno)))", details: ["path": path])
  }
}
