import Foundation

extension PostgresError {
  static let connectionClosed = PostgresError(.closed, "the connection to PostgreSQL is closed")
  static let connectionLost = PostgresError(.disconnected, "the connection to PostgreSQL was lost before")
  static let outOfMemory = PostgresError(.connect, "no memory for a connection to PostgreSQL")

  /// - Parameter connection: one that could not be made.
  static func cannotConnect(
    _ connection: LibPQ.Connection, _ library: LibPQ, _ target: PostgresTarget
  ) -> PostgresError {
    PostgresError(
      .connect, "cannot connect to PostgreSQL (\(target.redacted)): \(text(library.errorMessage(connection)))",
      details: ["address": target.redacted])
  }

  /// - Parameter answer: nil if there is none, because the statement could not be sent.
  static func failed(
    _ answer: LibPQ.Result?, _ connection: LibPQ.Connection, _ library: LibPQ, isLost: Bool
  ) -> PostgresError {
    func field(_ code: Int32) -> String? { library.resultErrorField(answer, code).map { String(cString: $0) } }
    let whole = answer.flatMap { library.resultErrorMessage($0) } ?? library.errorMessage(connection)
    let primary = field(ErrorField.primary) ?? text(whole)
    let state = field(ErrorField.sqlState)
    var details: [String: String] = [:]
    details["sqlstate"] = state
    details["table"] = field(ErrorField.table)
    details["constraint"] = field(ErrorField.constraint)
    details["detail"] = field(ErrorField.detail).map { String($0.prefix(500)) }
    details["hint"] = field(ErrorField.hint)
    if isLost || state.map(endsConnection) ?? false {
      return PostgresError(
        .disconnected, "the connection to PostgreSQL was lost: \(primary)", sqlState: state, details: details)
    }
    let code = state.map { " (\($0))" } ?? ""
    return PostgresError(
      .query, "PostgreSQL refused a statement: \(primary)\(code)", sqlState: state, details: details,
      isStatementStale: state == "26000" || field(ErrorField.sourceFunction) == "RevalidateCachedQuery")
  }

  /// libpq's messages end with a line feed and may have several lines.
  private static func text(_ message: LibPQ.CString?) -> String {
    guard let message else { return "unknown" }
    let lines = String(cString: message).split(whereSeparator: \.isNewline)
    let trimmed = lines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    return trimmed.isEmpty ? "the server closed the connection" : trimmed.joined(separator: "; ")
  }
}
