import CKeeper

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The fresh directory of one run: mode 0700, with the file `input` and the request's further files.
///
/// What lies in it when a program has run is that program's choice: nothing here follows a link, or waits.
struct TaskDirectory: Sendable {
  let path: String
  /// To whom the directory is handed over while programs run; nil: to nobody, it stays ours.
  private var owner: RunUser?
  /// What the runner itself has put there, so that the usual end takes two calls instead of a search.
  private var names: [String] = []

  var input: String { "\(path)/input" }
  var output: String { "\(path)/output" }

  /// Only names the directory; ``make(input:extraFiles:)`` makes it.
  init(path: String) { self.path = path }

  /// - Parameter owner: the user who runs the programs, if it is not this process's own.
  /// - Throws: `FileFailure`; what was made until then is removed by ``remove()``.
  mutating func make(
    input bytes: [UInt8], extraFiles: [String: [UInt8]], owner: RunUser? = nil
  ) throws(FileFailure) {
    self.owner = owner
    guard mkdir(path, 0o700) == 0 else { throw FileFailure(path) }
    try put("input", bytes)
    for (name, bytes) in extraFiles { try put(name, bytes) }
    // Last, so that nobody reaches the files while they are ours.
    if let owner { try give(to: owner.uid, owner.gid) }
  }

  /// Takes the directory back when the programs have ended, so that no other process of their user changes what is in it
  /// while it is read and removed.
  func reclaim() throws(FileFailure) {
    if owner != nil { try give(to: geteuid(), getegid()) }
  }

  private func give(to user: uid_t, _ group: gid_t) throws(FileFailure) {
    let folder = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    guard fchown(folder.number, user, group) == 0, fchmod(folder.number, 0o700) == 0 else { throw FileFailure(path) }
  }

  /// The input, from its first byte.
  func openInput() throws(FileFailure) -> Descriptor { try Descriptor(plain: input, owner: owner?.uid) }

  private mutating func put(_ name: String, _ bytes: [UInt8]) throws(FileFailure) {
    let file = try Descriptor(opening: "\(path)/\(name)", O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    names.append(name)
    try file.write(bytes, path: "\(path)/\(name)")
    if let owner, fchown(file.number, owner.uid, owner.gid) != 0 { throw FileFailure("\(path)/\(name)") }
  }

  /// The file `output`, at most `limit` + 1 bytes of it; nil if no program wrote it.
  func result(limit: Int) throws(FileFailure) -> [UInt8]? {
    let file: Descriptor
    do throws(FileFailure) {
      file = try Descriptor(plain: output, owner: owner?.uid)
    } catch {
      if error.number == ENOENT { return nil }
      throw error
    }
    return try file.read(limit: limit, path: output)
  }

  /// How large the file `output` is; 0 if there is none.
  var resultSize: Int {
    var status = stat()
    return lstat(output, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Removes the directory if nothing but the runner's own files and `output` is in it; else returns false.
  func removeIfPlain() -> Bool {
    for name in names { unlink("\(path)/\(name)") }
    if rmdir(path) == 0 || errno == ENOENT { return true }
    unlink(output)
    return rmdir(path) == 0 || errno == ENOENT
  }

  /// Removes the directory with all that is in it.
  func remove() { _ = muster_remove_tree(AT_FDCWD, path) }
}
