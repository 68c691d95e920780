import Foundation
import PostgreSQL
import Synchronization

/// A real PostgreSQL server for tests, with a folder, a Unix socket and a TCP port on 127.0.0.1 of its own.
///
/// It ends, and its folder goes, with the test process, even if that is killed. Tests that run as root start it as another
/// user, because PostgreSQL refuses root.
public final class PostgresServer: Sendable {
  /// How a server differs from the usual one.
  public struct Options: Sendable {
    /// Off is faster, and good enough unless the machine itself fails. On where a test is about commits that are durable.
    public var fsync = false
    /// With a certificate for 127.0.0.1 and localhost, made at the time of the test.
    public var tls = false
    /// Users other than `postgres` need their password (scram-sha-256) over TCP.
    public var passwords = false
    /// More lines for postgresql.conf.
    public var settings: [String: String] = [:]

    public init(fsync: Bool = false, tls: Bool = false, passwords: Bool = false, settings: [String: String] = [:]) {
      self.fsync = fsync
      self.tls = tls
      self.passwords = passwords
      self.settings = settings
    }
  }

  /// How to stop a server.
  public enum Stop: String, Sendable {
    /// Ends the connections, writes everything down.
    case fast = "INT"
    /// Without writing anything down: the next start recovers from the log.
    case immediate = "QUIT"
    /// `kill -9` to the server and all its processes.
    case kill9 = "KILL"
  }

  /// The TCP port on 127.0.0.1; it stays the same over ``stop(_:)`` and ``start()``.
  public let port: UInt16
  /// Where the Unix socket, the data, the log and the certificates are.
  public let folder: String
  let options: Options
  private let run = Mutex<ServerRun?>(nil)

  /// The file with the certificate of the authority that signed the server's, with the option `tls`.
  public var authority: String { folder + "/authority.crt" }
  /// The certificate of an authority that signed nothing.
  public var otherAuthority: String { folder + "/other.crt" }
  /// What the server has logged.
  public var log: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }

  private static let sharedStart = Task { try await PostgresServer.started(Options()) }

  /// The one of this test process: started when it is first asked for, without fsync.
  public static func shared() async throws -> PostgresServer { try await sharedStart.value }

  /// One of the caller's own; ``withPostgresServer(_:_:)`` also ends it.
  static func started(_ options: Options) async throws -> PostgresServer {
    let server = PostgresServer(folder: try await ServerFolder.make(options), port: try freePort(), options)
    do {
      try await server.start()
    } catch {
      try? FileManager.default.removeItem(atPath: server.folder)
      throw error
    }
    return server
  }

  private init(folder: String, port: UInt16, _ options: Options) {
    self.folder = folder
    self.port = port
    self.options = options
  }

  /// A URI for a database of this server, over its Unix socket, as its superuser.
  public func url(database: String) -> String {
    "postgresql://postgres@/\(database)?host=\(folder.replacing("/", with: "%2F"))&port=\(port)"
  }

  /// A URI for a database of this server, over TCP.
  public func tcpURL(database: String, user: String = "postgres") -> String {
    "postgresql://\(user)@127.0.0.1:\(port)/\(database)"
  }

  /// Starts it again after ``stop(_:)``; returns when it takes connections.
  public func start() async throws {
    let run = try ServerRun(self)
    self.run.withLock { $0 = run }
    do {
      try await run.waitUntilReady(PostgresTarget(url(database: "postgres")))
    } catch {
      await run.end(.kill9)
      throw FixtureError("the PostgreSQL server did not start: \(error)\n\(log.suffix(2000))")
    }
  }

  /// Returns when all its processes have ended.
  public func stop(_ how: Stop) async {
    let run = run.withLock { run in
      defer { run = nil }
      return run
    }
    await run?.end(how)
  }

  /// What happens when the test process is gone.
  func abandon() async {
    let run = run.withLock { run in
      defer { run = nil }
      return run
    }
    await run?.endWithProcess()
  }

  func remove() async {
    await stop(.immediate)
    // A server that was killed and not started again has left a segment of shared memory; its file says which.
    let file = (try? String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8)) ?? ""
    let lines = file.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.count > 6, let segment = lines[6].split(separator: " ").last {
      try? await Shell.run(["ipcrm", "--shmem-id", String(segment)])
    }
    try? FileManager.default.removeItem(atPath: folder)
  }
}

/// A server of the test's own for the time of `body`, which may stop and start it.
public func withPostgresServer<R>(
  _ options: PostgresServer.Options = .init(), _ body: (PostgresServer) async throws -> R
) async throws -> R {
  let server = try await PostgresServer.started(options)
  do {
    let result = try await body(server)
    await server.remove()
    return result
  } catch {
    await server.remove()
    throw error
  }
}

/// What a fixture could not do.
public struct FixtureError: Error, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
