import CKeeper

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The fresh directory of one run: mode 0700, with the file `input` and the request's further files.
struct TaskDirectory: Sendable {
  let path: String
  /// What the runner itself has put there, so that the usual end takes two calls instead of a search.
  private var names: [String] = []

  var input: String { "\(path)/input" }
  var output: String { "\(path)/output" }

  /// Only names the directory; ``make(input:extraFiles:)`` makes it.
  init(path: String) { self.path = path }

  /// - Throws: `FileFailure`; what was made until then is removed by ``remove()``.
  mutating func make(input bytes: [UInt8], extraFiles: [String: [UInt8]]) throws(FileFailure) {
    guard mkdir(path, 0o700) == 0 else { throw FileFailure(path) }
    try put("input", bytes)
    for (name, bytes) in extraFiles { try put(name, bytes) }
  }

  private mutating func put(_ name: String, _ bytes: [UInt8]) throws(FileFailure) {
    let file = try Descriptor(opening: "\(path)/\(name)", O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    names.append(name)
    try file.write(bytes, path: "\(path)/\(name)")
  }

  /// The file `output`, at most `limit` + 1 bytes of it; nil if no program wrote it.
  func result(limit: Int) throws(FileFailure) -> [UInt8]? {
    let file: Descriptor
    do throws(FileFailure) {
      // Without waiting: a FIFO of that name must not hold the runner up.
      file = try Descriptor(opening: output, O_RDONLY | O_NONBLOCK)
    } catch {
      if error.number == ENOENT { return nil }
      throw error
    }
    var status = stat()
    guard fstat(file.number, &status) == 0 else { throw FileFailure(output) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileFailure(output, EISDIR) }
    return try file.read(limit: limit, path: output)
  }

  /// How large the file `output` is; 0 if there is none.
  var resultSize: Int {
    var status = stat()
    return stat(output, &status) == 0 ? Int(status.st_size) : 0
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
