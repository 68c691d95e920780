import Logging
import MusterCore
import Terminal
import Testing

@testable import MusterCommands
@testable import PostgreSQL
@testable import TaskStore

/// A server that is just coming up is waited for; nothing else is.
@Suite struct DatabaseTroubleTests {
  @Test(arguments: [
    "connection to server at \"127.0.0.1\", port 1 failed: Connection refused",
    "connection to server on socket \"/run/postgresql/.s.PGSQL.5432\" failed: No such file or directory",
    "connection to server at \"db\" failed: FATAL:  the database system is starting up",
    "connection to server at \"db\" failed: FATAL:  the database system is not yet accepting connections; DETAIL:  Consistent recovery state has not been yet reached.",
    "connection to server at \"db\" failed: FATAL:  the database system is shutting down",
    "connection to server at \"db\" failed: FATAL:  the database system is in recovery mode",
    "connection to server at \"db\" failed: FATAL:  sorry, too many clients already",
    "connection to server at \"db\" failed: timeout expired",
    "connection to server at \"db\" failed: server closed the connection unexpectedly",
    "could not translate host name \"db\" to address: Temporary failure in name resolution",
  ]) func whatMayPass(words: String) {
    #expect(DatabaseTrouble(words: words).mayPass)
  }

  @Test(arguments: [
    ("FATAL:  password authentication failed for user \"u\"", "correct the user or the password"),
    ("fe_sendauth: no password supplied", "correct the user or the password"),
    (
      "FATAL:  no pg_hba.conf entry for host \"10.0.0.1\", user \"u\", database \"d\"",
      "correct the user or the password"
    ),
    ("FATAL:  role \"u\" does not exist", "correct the user"), ("FATAL:  database \"d\" does not exist", "createdb"),
    ("FATAL:  permission denied for database \"d\"", "grant this user CONNECT"),
    ("could not translate host name \"x\" to address: Name or service not known", "correct the host's name"),
    (
      "could not translate host name \"x\" to address: Temporary failure in name resolution; could not translate host "
        + "name \"y\" to address: Name or service not known", "correct the host's name"
    ),
    ("SSL error: certificate verify failed", "correct sslmode"), ("something else", ""),
    // localhost is two addresses, and only one of them has a server.
    (
      "connection to server at \"localhost\" (::1) failed: Connection refused; connection to server at \"localhost\" "
        + "(127.0.0.1) failed: FATAL:  password authentication failed for user \"u\"",
      "correct the user or the password"
    ),
  ])
  func whatStays(words: String, advice: String) {
    let trouble = DatabaseTrouble(words: words)
    #expect(!trouble.mayPass)
    #expect(advice.isEmpty ? trouble.advice.isEmpty : trouble.advice.contains(advice))
  }

  private static func error(_ words: String) -> StoreError {
    StoreError(.unavailable, "the store does not answer", cause: PostgresError(.connect, words))
  }

  @Test func aServerThatComesUpIsWaitedFor() async throws {
    let time = ManualTime()
    let tries = Collected<Int>()
    let log = TerminalStream.memory()
    let logger = Logger(label: "test") { StreamLogHandler(label: $0, form: .text, level: .info, stream: log) }
    let opening = Task {
      try await PostgresOpening.persist(time: time, logger: logger) {
        tries.append([1])
        if tries.all.count < 60 { throw Self.error("Connection refused") }
        return "open"
      }
    }
    for _ in 1..<60 {
      try await until { time.sleeperCount == 1 }
      time.advance(by: .milliseconds(500))
    }
    #expect(try await opening.value == "open")
    // Half a minute, and a line every ten seconds of it.
    let lines = log.contents.split(separator: "\n")
    #expect(lines.count == 3 && lines.allSatisfy { $0.contains("Connection refused") }, "\(lines)")
  }

  @Test func aServerThatDoesNotIsGivenUp() async throws {
    let time = ManualTime()
    let opening = Task {
      try await PostgresOpening.persist(time: time, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {
        throw Self.error("Connection refused")
      }
    }
    for _ in 0..<120 {
      try await until { time.sleeperCount == 1 }
      time.advance(by: .milliseconds(500))
    }
    let error = await #expect(throws: CommandError.self) { try await opening.value }
    #expect(error?.code == .unreachableStore)
    #expect(
      error?.message == "Connection refused; see that the server runs, and that 'store' names its host and port")
  }

  @Test func otherErrorsAreNotWaitedOut() async throws {
    let other = StoreError(.newer, "made by a later version")
    let error = await #expect(throws: StoreError.self) {
      try await PostgresOpening.persist(
        time: ManualTime(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      ) { throw other }
    }
    #expect(error?.code == .newer)
    let refused = await #expect(throws: CommandError.self) {
      try await PostgresOpening.persist(
        time: ManualTime(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      ) {
        throw Self.error("FATAL:  role \"u\" does not exist")
      }
    }
    #expect(
      refused?.message.hasSuffix("; correct the user or the password in 'store', or in the password file") == true)
  }
}
