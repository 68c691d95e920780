import Foundation
import Synchronization

/// A server's folder: a copy of one that `initdb` made, because that takes a second, and once a process is enough.
enum ServerFolder {
  private static let initialised = Task { try await initialise() }
  /// Holds all folders of this process, and goes with it.
  private static let root = Result { try makeRoot() }
  private static let count = Mutex(0)

  /// - Returns: the folder's path; short, because a Unix socket's must be.
  static func make(_ options: PostgresServer.Options) async throws -> String {
    let template = try await initialised.value
    let folder = try newFolder()
    try await Shell.run(["cp", "-a", template + "/data", folder + "/data"])
    if options.tls { try await Certificates.make(folder) }
    try write(settings(folder, options), to: folder + "/data/postgresql.conf")
    try write(access(options), to: folder + "/data/pg_hba.conf")
    if let user = ServerUser.other { try await Shell.run(["chown", "-R", user, folder]) }
    return folder
  }

  private static func initialise() async throws -> String {
    let folder = try newFolder()
    if let user = ServerUser.other { try await Shell.run(["chown", user, folder]) }
    try await Shell.run(
      ServerUser.prefix + [
        try ServerUser.program("initdb"), "--pgdata", folder + "/data", "--username", "postgres", "--auth", "trust",
        "--encoding", "UTF8", "--locale", "C", "--no-sync",
      ])
    return folder
  }

  private static func newFolder() throws -> String {
    let path = try root.get() + "/\(count.withLock { $0 += 1; return $0 })"
    try makeFolder(path)
    return path
  }

  private static func makeRoot() throws -> String {
    let path = "/tmp/muster-pg-" + String(UInt32.random(in: 0...UInt32.max), radix: 36)
    // Again and again for five seconds: what this process has begun, such as initdb, may still be writing.
    _ = try Keeper("read -r word; for time in $(seq 25); do rm -rf -- \"$1\"; sleep 0.2; done", [path])
    try makeFolder(path)
    return path
  }

  private static func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
  }

  private static func settings(_ folder: String, _ options: PostgresServer.Options) -> String {
    var settings = [
      "listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "max_connections": "200",
      "shared_buffers": "64MB", "fsync": options.fsync ? "on" : "off",
      "full_page_writes": options.fsync ? "on" : "off", "log_timezone": "UTC",
      // In the folder: a server that is killed would leave what is in /dev/shm.
      "dynamic_shared_memory_type": "mmap", "timezone": "UTC",
    ]
    if options.tls {
      settings["ssl"] = "on"
      settings["ssl_cert_file"] = folder + "/server.crt"
      settings["ssl_key_file"] = folder + "/server.key"
    }
    settings.merge(options.settings) { $1 }
    return settings.map { "\($0.key) = '\($0.value)'\n" }.sorted().joined()
  }

  private static func access(_ options: PostgresServer.Options) -> String {
    let overTCP = options.passwords ? "scram-sha-256" : "trust"
    return """
      local all all trust
      host  all postgres 127.0.0.1/32 trust
      host  all all 127.0.0.1/32 \(overTCP)

      """
  }

  private static func write(_ text: String, to path: String) throws {
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }
}
