import MusterCore

/// What can go wrong with PostgreSQL: its library, the parameters, the connection, or a statement.
public struct PostgresError: CodedError {
  /// What sort of error it is.
  public struct Code: Sendable, Hashable {
    enum Value: String, Sendable { case library, parameters, connect, disconnected, closed, query, value }
    let value: Value
    /// PostgreSQL's client library cannot be opened on this machine.
    public static let library = Code(value: .library)
    /// The text that says where and how to connect is wrong.
    public static let parameters = Code(value: .parameters)
    /// No connection could be made.
    public static let connect = Code(value: .connect)
    /// The connection was lost. Whether a statement that was under way took effect is not known.
    public static let disconnected = Code(value: .disconnected)
    /// The connection was closed by this program.
    public static let closed = Code(value: .closed)
    /// The server refused a statement; ``sqlState`` says why.
    public static let query = Code(value: .query)
    /// A value or a statement cannot be sent, or what came back was not asked for.
    public static let value = Code(value: .value)
  }

  public let code: Code
  public let message: String
  public let details: [String: String]
  public let cause: (any Error)?
  /// The server's five characters, such as `40P01` for a deadlock; nil if the error is not the server's.
  public let sqlState: String?
  /// The statement as it was prepared cannot be used any more: the server does not know it, or the tables have changed.
  let isStatementStale: Bool

  public var codeName: String { "postgres_\(code.value.rawValue)" }

  init(
    _ code: Code, _ message: String, sqlState: String? = nil, details: [String: String] = [:],
    isStatementStale: Bool = false, cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.details = details
    self.cause = cause
    self.sqlState = sqlState
    self.isStatementStale = isStatementStale
  }

  /// The connection is of no use any more: open another one.
  public var isConnectionLost: Bool {
    switch code {
    case .connect, .disconnected, .closed: true
    default: sqlState.map(Self.endsConnection) ?? false
    }
  }

  /// The same transaction may succeed if it is rolled back and done again.
  ///
  /// Serialization failures, deadlocks, locks that could not be had, and prepared statements that a change of the tables has
  /// spoilt: the session prepares those anew.
  public var isTransient: Bool {
    isStatementStale || ["40001", "40P01", "55P03"].contains(sqlState)
  }

  /// The server shuts down, was killed or starts up, or class 08: connection exception.
  static func endsConnection(_ state: String) -> Bool {
    ["57P01", "57P02", "57P03"].contains(state) || state.hasPrefix("08")
  }
}
