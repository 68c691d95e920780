import CKeeper

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The folder in which one keeper's task directories are made: `muster-run-<16 hex digits>` in the work root.
///
/// The keeper holds a lock on it, and the kernel releases the lock however the keeper ends. So a sweep takes just what nobody uses, and is fooled neither by a process
/// number that was given out again nor by another container that shares the folder.
struct HostDirectory: ~Copyable {
  static let prefix = "muster-run-"

  let path: String
  /// Sixteen hex digits, unlike those of any other.
  let identity: String
  /// Handed to the keeper; ours may be closed once the keeper has its own.
  let lock: Descriptor

  /// - Throws: ``ExecutorError`` `workRootUnusable`.
  init(in workRoot: String) throws(ExecutorError) {
    // A sweep can take the new folder before it is locked; then the next name is tried.
    for _ in 0..<16 {
      let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
      let identity = String(repeating: "0", count: 16 - digits.count) + digits
      let path = "\(workRoot)/\(HostDirectory.prefix)\(identity)"
      do throws(FileFailure) {
        guard mkdir(path, 0o700) == 0 else { throw FileFailure(path) }
        // Programs that run as another user pass through to directories of their own; they still cannot list it.
        if geteuid() == 0, chmod(path, 0o711) != 0 { throw FileFailure(path) }
        let lock = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY)
        if flock(lock.number, LOCK_EX | LOCK_NB) == 0 {
          guard HostDirectory.isStill(at: path, lock) else { continue }
        } else if errno == EWOULDBLOCK {
          continue
        }
        // Else a file system without locks: no sweep will take the folder, for none can lock it.
        self.path = path
        self.identity = identity
        self.lock = lock
        return
      } catch {
        if error.number == EEXIST || error.number == ENOENT { continue }
        throw HostDirectory.unusable(workRoot, error.number)
      }
    }
    throw HostDirectory.unusable(workRoot, ENOENT)
  }

  /// Makes `workRoot` if it is missing, with the folders above it.
  static func prepare(_ workRoot: String) throws(ExecutorError) {
    guard workRoot.hasPrefix("/") else {
      throw ExecutorError(
        .workRootUnusable, "The work folder '\(workRoot)' is not an absolute path; give one that starts with '/'.",
        details: ["path": workRoot])
    }
    var at = ""
    for part in workRoot.split(separator: "/") {
      at += "/\(part)"
      guard mkdir(at, 0o755) != 0, errno != EEXIST else { continue }
      // `access` would replace the reason, such as a file system that cannot be written, with "no such file".
      let reason = errno
      if access(at, F_OK) != 0 { throw unusable(workRoot, reason) }
    }
    if access(workRoot, R_OK | W_OK | X_OK) != 0 { throw unusable(workRoot, errno) }
    var status = stat()
    guard stat(workRoot, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw unusable(workRoot, ENOTDIR) }
  }

  /// Removes the folders that nobody holds any more, and kills what is left of their programs.
  static func sweep(_ workRoot: String) {
    guard let list = opendir(workRoot) else { return }
    var names: [String] = []
    while let entry = readdir(list) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(entry.pointee.d_reclen)) { String(cString: $0) }
      }
      if identity(of: name) != nil { names.append(name) }
    }
    closedir(list)
    for name in names {
      let path = "\(workRoot)/\(name)"
      guard let identity = identity(of: name),
        let lock = try? Descriptor(opening: path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
        flock(lock.number, LOCK_EX | LOCK_NB) == 0, isStill(at: path, lock)
      else { continue }
      _ = muster_kill_marked(mark(identity), 2000)
      _ = muster_remove_tree(AT_FDCWD, path)
    }
  }

  /// The start of MUSTER_RUN in the environment of every program that runs in the folder.
  static func mark(_ identity: String) -> String { "\(identity)." }

  private static func identity(of name: String) -> String? {
    guard name.hasPrefix(prefix) else { return nil }
    let rest = name.dropFirst(prefix.count)
    guard rest.count == 16, rest.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else { return nil }
    return String(rest)
  }

  /// Whether the path names the folder that is open, and not a later one or none; and it is ours, not a trap laid by
  /// another user of the work root.
  private static func isStill(at path: String, _ open: borrowing Descriptor) -> Bool {
    var named = stat()
    var opened = stat()
    return lstat(path, &named) == 0 && fstat(open.number, &opened) == 0 && named.st_ino == opened.st_ino
      && named.st_dev == opened.st_dev && opened.st_uid == geteuid()
  }

  private static func unusable(_ workRoot: String, _ number: Int32) -> ExecutorError {
    ExecutorError(
      .workRootUnusable,
      "Task directories cannot be made in '\(workRoot)' (\(FileFailure.text(number))); give a folder that this user may write.",
      details: ["path": workRoot, "errno": String(number)])
  }
}
