import Foundation
import MusterCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The credentials that `podman login` and `docker login` have stored for this user, in their files or with their helpers.
///
/// The first file that has any for a repository decides. Files are read anew each time, so that a later login is seen.
public struct StoredCredentials: RegistryCredentialSource {
  private let environment: [String: String]
  private let files: [String]
  private let isNamed: Bool
  private let time: any Timekeeper

  /// - Parameters:
  ///   - file: the only file to ask, which then has to exist. Nil: those of podman and docker.
  ///   - environment: names the files and is handed to helpers.
  public init(
    file: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment,
    time: any Timekeeper = SystemTime()
  ) {
    self.environment = environment
    self.time = time
    isNamed = file != nil
    files = file.map { [$0] } ?? AuthFilePaths.all(environment: environment, userID: getuid())
  }

  public func credentials(registry: String, repository: String) async throws -> RegistryCredentials? {
    for path in files {
      guard let file = try read(path) else { continue }
      switch file.answer(registry: registry, repository: repository) {
      case nil: continue
      case .credentials(let credentials): return credentials
      case .helper(let name, let key):
        let helper = try CredentialHelper(name: name, environment: environment, time: time)
        if let credentials = try await helper.credentials(for: key) { return credentials }
      }
    }
    return nil
  }

  /// Nil: there is no such file, which is as usual as not.
  private func read(_ path: String) throws(OCIError) -> AuthFile? {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      let reason = errno
      if !isNamed && (reason == ENOENT || reason == ENOTDIR || reason == EACCES) { return nil }
      throw OCIError(
        .file,
        "the file of credentials '\(path)' cannot be read: \(String(cString: strerror(reason))); log in, or name another one"
      )
    }
    defer { try? handle.close() }
    let data: Data
    do {
      data = try handle.read(upToCount: AuthFile.maximumBytes + 1) ?? Data()
    } catch {
      throw OCIError(.file, "the file of credentials '\(path)' cannot be read; see that it is a file", cause: error)
    }
    return try AuthFile(Array(data), name: path)
  }
}
