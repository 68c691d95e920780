import Foundation
import PostgreSQL
import PostgresFixture
import Testing

/// How connections are made: certificates, passwords, several hosts, service files.
@Suite(.timeLimit(.minutes(2))) struct LoginTests {
  private func user(_ url: String) async throws -> String {
    let connection = try await PostgresConnection.open(PostgresTarget(url), name: "login")
    let row = try await first(
      connection,
      """
      SELECT current_user || CASE WHEN ssl THEN ' over TLS' ELSE '' END
      FROM pg_stat_ssl WHERE pid = pg_backend_pid()
      """, [])
    await connection.close()
    return row.text(0)
  }

  @Test func checksTheServersCertificate() async throws {
    try await withPostgresServer(.init(tls: true)) { server in
      let url = server.tcpURL(database: "postgres")
      #expect(try await user("\(url)?sslmode=verify-ca&sslrootcert=\(server.authority)") == "postgres over TLS")
      #expect(try await user("\(url)?sslmode=verify-full&sslrootcert=\(server.authority)") == "postgres over TLS")
      #expect(try await user("\(url)?sslmode=disable") == "postgres")
      for mode in ["verify-ca", "verify-full"] {
        let error = try await postgresError {
          _ = try await user("\(url)?sslmode=\(mode)&sslrootcert=\(server.otherAuthority)")
        }
        #expect(error.code == .connect)
        #expect(error.message.contains("certificate verify failed"))
      }
      let missing = try await postgresError { _ = try await user("\(url)?sslmode=verify-ca&sslrootcert=/nowhere.crt") }
      #expect(missing.message.contains("/nowhere.crt"))
    }
  }

  @Test func refusesPlaintextWhenTLSIsRequired() async throws {
    let server = try await PostgresServer.shared()
    let error = try await postgresError { _ = try await user(server.tcpURL(database: "postgres") + "?sslmode=require") }
    #expect(error.message.contains("does not support SSL"))
  }

  @Test func takesPasswordsFromAllPlaces() async throws {
    let password = "it's / a:\\ \"p@ss\" \(UInt64.random(in: 0...UInt64.max)) %wörd"
    try await withPostgresServer(.init(passwords: true)) { server in
      try await server.createUser("clerk", password: password)
      let encoded = try #require(password.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
      let quoted = password.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
      #expect(try await user("postgresql://clerk:\(encoded)@127.0.0.1:\(server.port)/postgres") == "clerk")
      #expect(try await user("postgresql://clerk@127.0.0.1:\(server.port)/postgres?password=\(encoded)") == "clerk")
      let keywords = "host=127.0.0.1 port=\(server.port) dbname=postgres user=clerk"
      #expect(try await user("\(keywords) password='\(quoted)'") == "clerk")

      let file = server.folder + "/pgpass"
      let field = password.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
      try "127.0.0.1:\(server.port):*:clerk:\(field)\n".write(toFile: file, atomically: false, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
      #expect(try await user("\(keywords) passfile=\(file)") == "clerk")

      let wrong = try await postgresError { _ = try await user("\(keywords) password=\(password.count)wrong") }
      #expect(wrong.code == .connect)
      #expect(wrong.message.contains("password authentication failed for user \"clerk\""))
      #expect(!wrong.message.contains("\(password.count)wrong"))
      let none = try await postgresError { _ = try await user("\(keywords) passfile=/nowhere") }
      #expect(none.message.contains("no password supplied"))
    }
  }

  @Test func triesSeveralHosts() async throws {
    let server = try await PostgresServer.shared()
    let dead = try SilentServer().port
    let url =
      "postgresql://postgres@127.0.0.1:\(dead),127.0.0.1:\(server.port)/postgres?target_session_attrs=read-write"
    #expect(try await user(url) == "postgres")
    let standby = try await postgresError {
      _ = try await user(server.tcpURL(database: "postgres") + "?target_session_attrs=standby")
    }
    #expect(standby.message.contains("not in hot standby mode"))
  }

  @Test func optionsAndNamesReachTheServer() async throws {
    let server = try await PostgresServer.shared()
    let url =
      server.url(database: "postgres") + "&options=-c%20work_mem%3D7MB&application_name=mine&client_encoding=LATIN1"
    let connection = try await PostgresConnection.open(PostgresTarget(url), name: "not mine")
    let row = try await first(
      connection,
      "SELECT current_setting('work_mem'), current_setting('application_name'), current_setting('client_encoding')", [])
    #expect((0..<3).map { row.text($0) } == ["7MB", "mine", "UTF8"])
    await connection.close()
  }

  @Test func readsServiceFiles() async throws {
    let server = try await PostgresServer.shared()
    let file = server.folder + "/service-\(UInt32.random(in: 0...UInt32.max))"
    try """
    [there]
    host=127.0.0.1
    port=\(server.port)
    user=postgres
    dbname=postgres
    connect_timeout=7
    """.write(toFile: file, atomically: false, encoding: .utf8)
    // Where the file is can only be said so before libpq 18.
    setenv("PGSERVICEFILE", file, 1)
    #expect(try await user("service=there") == "postgres")
    let error = try await postgresError { _ = try await user("service=elsewhere") }
    #expect(error.message.contains("definition of service \"elsewhere\" not found"))
  }

  @Test func saysWhatIsNotThere() async throws {
    let server = try await PostgresServer.shared()
    let error = try await postgresError { _ = try await user(server.tcpURL(database: "nothing")) }
    #expect(error.code == .connect)
    #expect(
      error.message.hasPrefix("cannot connect to PostgreSQL (postgresql://postgres@127.0.0.1:\(server.port)/nothing):"))
    #expect(error.message.hasSuffix("database \"nothing\" does not exist"))
  }
}
