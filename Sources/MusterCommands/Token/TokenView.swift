import CoordinatorAPI
import MusterCore
import Terminal

/// A token in lists. The token itself is in none: nobody has it but those to whom it was given.
struct TokenView: Encodable {
  let id: String
  let role: String
  let namespace: String?
  let kinds: [String]
  let created_unix_ms: Int64
  let created_by: String?
  let expires_unix_ms: Int64
  let uses: UInt32
  let used: UInt32
  let revoked_unix_ms: Int64?
  let bearer: Bool
  let state: String

  init(_ token: Muster_V1_TokenSummary, now: Timestamp) {
    id = token.id
    role = token.role
    namespace = token.namespace.isEmpty ? nil : token.namespace
    kinds = token.kinds
    created_unix_ms = token.createdUnixMs
    created_by = token.createdBy.isEmpty ? nil : token.createdBy
    expires_unix_ms = token.expiresUnixMs
    uses = token.uses
    used = token.used
    revoked_unix_ms = token.revokedUnixMs == 0 ? nil : token.revokedUnixMs
    bearer = token.bearer
    state = Self.state(token, now: now)
  }

  static func state(_ token: Muster_V1_TokenSummary, now: Timestamp) -> String {
    if token.revokedUnixMs > 0 { return "revoked" }
    if token.expiresUnixMs <= now.milliseconds { return "expired" }
    return !token.bearer && token.used >= token.uses ? "used up" : "good"
  }

  static func table(_ tokens: [Muster_V1_TokenSummary], now: Timestamp) -> Table {
    var table = Table(
      [Column("ID", shrinks: false), "ROLE", "STATE", "USED", "UNTIL", "BY", "BOUND TO"],
      whenEmpty: "no tokens; make one with 'muster token create'")
    for token in tokens {
      let state = state(token, now: now)
      let bounds =
        (token.namespace.isEmpty ? [] : ["namespace \(token.namespace)"])
        + (token.kinds.isEmpty ? [] : ["kinds \(token.kinds.joined(separator: ","))"])
      table.add([
        Cell(token.id), Cell(token.role), Cell(state, style: state == "good" ? .good : .attention),
        Cell(token.bearer ? "bearer" : "\(token.used)/\(token.uses)"),
        Cell(TimeWords.utc(Timestamp(milliseconds: token.expiresUnixMs))), Cell(token.createdBy),
        Cell(bounds.joined(separator: ", ")),
      ])
    }
    return table
  }
}
