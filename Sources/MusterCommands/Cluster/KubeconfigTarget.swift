import Certificates
import Kubernetes
import MusterCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The kubeconfig file that something is merged into: whole or not at all, and for its owner alone.
struct KubeconfigTarget {
  /// Where it lies, with links followed: what a link leads to is changed, not the link.
  let path: String

  /// - Throws: ``CommandError`` (`unwritable_file`) for what is no file, or somebody else's.
  init(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else {
      self.path = path
      return
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw CommandError(.unwritableFile, "'\(path)' is no file; name one for --into, or print it without that")
    }
    guard status.st_uid == geteuid() else {
      throw CommandError(
        .unwritableFile, "'\(path)' belongs to another user (\(status.st_uid)); run the command as that user")
    }
    guard let real = realpath(path, nil) else { throw Self.failure("read", path) }
    defer { free(real) }
    self.path = String(cString: real)
  }

  /// Reads it, lets it be changed, and puts the result in its place.
  ///
  /// As kubectl does, it takes the file `PATH.lock` meanwhile, so that of two changes at once none is lost.
  func change(
    time: any Timekeeper = SystemTime(), _ body: (inout KubeconfigDocument) throws(KubernetesError) -> Void
  ) async throws {
    try makeFolder()
    let lock = "\(path).lock"
    var patience = 30
    while true {
      let descriptor = open(lock, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0)
      if descriptor >= 0 {
        close(descriptor)
        break
      }
      guard errno == EEXIST else { throw Self.failure("write", path) }
      patience -= 1
      guard patience > 0 else {
        throw CommandError(
          .unwritableFile,
          "somebody else changes '\(path)' just now, as '\(lock)' says; try again, and remove that file if nobody does")
      }
      try await time.sleep(for: .milliseconds(100))
    }
    defer { unlink(lock) }
    var document = try KubeconfigDocument(file: path)
    try body(&document)
    try PrivateFile.write(try document.yaml().reveal(), to: path, mode: .owner)
  }

  /// `~/.kube` may not be there yet; a folder that is, may be as it likes.
  private func makeFolder() throws {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    let folder = String(path[..<slash])
    guard !PrivateFile.exists(folder) else { return }
    try PrivateFile.makeFolder(folder)
  }

  private static func failure(_ verb: String, _ path: String) -> CommandError {
    CommandError(
      .unwritableFile, "cannot \(verb) '\(path)': \(String(cString: strerror(errno)))", details: ["path": path])
  }
}
