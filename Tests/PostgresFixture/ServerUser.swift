import Foundation

/// Who runs the server, and where its programs are.
enum ServerUser {
  /// Another user than this process's: only if that is root.
  static let other: String? = {
    guard geteuid() == 0 else { return nil }
    return ["postgres", "nobody"].first { getpwnam($0) != nil }
  }()

  /// What to put before a command so that this user runs it.
  static let prefix: [String] = {
    guard let other, let entry = getpwnam(other) else { return [] }
    return ["setpriv", "--reuid", other, "--regid", String(entry.pointee.pw_gid), "--clear-groups"]
  }()

  /// A program of the newest PostgreSQL server on this machine; Debian does not put these on the path.
  static func program(_ name: String) throws -> String {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    let newestFirst = versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }
    let folders = newestFirst.map { "\(root)/\($0)/bin" } + ["/usr/local/bin", "/usr/bin"]
    guard let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }) else {
      throw FixtureError("there is no PostgreSQL server on this machine (\(name)); run scripts/prerequisites")
    }
    return "\(folder)/\(name)"
  }
}
