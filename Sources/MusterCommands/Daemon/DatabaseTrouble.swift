import MusterCore
import PostgreSQL
import TaskStore

/// Why a database could not be reached at the start, and whether that may pass by itself.
///
/// libpq gives no code for a connection that was not made, only words: its own, and the server's after `FATAL:`.
struct DatabaseTrouble {
  /// Waiting may help: the server is down or just coming up.
  let mayPass: Bool
  /// What to do, to be put behind the reason; empty if nothing more can be said.
  let advice: String

  /// Nil if it was no connection that failed.
  init?(_ error: StoreError) {
    guard let cause = error.cause as? PostgresError, cause.code == .connect || cause.code == .disconnected else {
      return nil
    }
    self.init(words: cause.message)
  }

  init(words: String) {
    var words = words.lowercased()
    // A name server that does not answer, as while a cluster starts, says nothing about the name.
    if words.contains(Self.noNameServer) { words = words.replacing(Self.noAddress, with: "") }
    func says(_ pieces: [String]) -> Bool { pieces.contains { words.contains($0) } }
    // One address of several may refuse and another answer: what a server has said counts more.
    for (pieces, advice) in Self.lasting where says(pieces) {
      mayPass = false
      self.advice = advice
      return
    }
    mayPass = says(Self.passing)
    advice = mayPass ? "see that the server runs, and that 'store' names its host and port" : ""
  }

  private static let noNameServer = "temporary failure in name resolution"
  private static let noAddress = "could not translate host name"

  private static let lasting = [
    (
      ["authentication failed", "no password supplied", "pg_hba.conf", "not permitted to log in", "role \""],
      "correct the user or the password in 'store', or in the password file"
    ),
    (["permission denied"], "let the database's owner grant this user CONNECT"),
    (["database \""], "make it with createdb, or name another in 'store'"),
    ([noAddress, "name or service not known"], "correct the host's name in 'store'"),
    (["certificate", "does not support ssl", "ssl error"], "correct sslmode and sslrootcert in 'store'"),
  ]

  private static let passing = [
    noNameServer, "refused", "no such file", "starting up", "yet accepting connections", "shutting down",
    "recovery mode", "timeout",
    "timed out", "server closed the connection", "connection reset", "too many clients", "too many connections",
    "remaining connection slots", "network is unreachable", "no route to host",
  ]
}
