import Foundation
import MusterCore

/// Where a database is and how to connect to it: everything that libpq takes.
///
/// A URI (`postgresql://user@host:5432/database?sslmode=verify-full`) or keywords (`host=… dbname=…`). What is not in it
/// comes from libpq's environment variables, service file and password file when a connection is made.
public struct PostgresTarget: Sendable {
  /// For people: the same address without any password.
  public let redacted: String
  private let parameters: Secret<[ConnectionParameter]>

  /// - Throws: ``PostgresError`` with `parameters` if the text is wrong (the message never quotes what may be part of a
  ///   password), with `library` if libpq cannot be opened to check it.
  public init(_ text: String) throws(PostgresError) { try self.init(text, LibPQ.shared()) }

  init(_ text: String, _ library: LibPQ) throws(PostgresError) {
    try AddressCheck.beforeParsing(text)
    let parsed = try ConnectionParameter.parse(text, library)
    try AddressCheck.afterParsing(parsed)
    redacted = AddressText.describe(parsed.filter { !$0.isSecret }, asURI: AddressText.isURI(text))
    parameters = Secret(parsed)
  }

  /// Calls `body` with two lists of the same length, each with a nil at its end: keywords and values.
  ///
  /// - Parameter name: the application's, unless the user gave one.
  func withParameters<R>(
    _ library: LibPQ, name: String, _ body: (LibPQ.CStrings, LibPQ.CStrings) throws(PostgresError) -> R
  ) throws(PostgresError) -> R {
    var all = parameters.reveal().filter { $0.keyword != "client_encoding" }
    let given = try ConnectionParameter.inEffect(all, library)
    for (keyword, value) in Self.defaults + [("fallback_application_name", name)] where !given.contains(keyword) {
      all.append(ConnectionParameter(keyword: keyword, value: value))
    }
    all.append(ConnectionParameter(keyword: "client_encoding", value: "UTF8"))
    return try ConnectionParameter.withPointers(all, body)
  }

  /// Without these, a server whose machine vanished would be waited for a quarter of an hour and longer.
  private static let defaults = [
    ("connect_timeout", "10"), ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
    ("tcp_user_timeout", "20000"),
  ]
}

extension PostgresTarget: CustomStringConvertible {
  public var description: String { redacted }
}
