import PostgreSQL

/// A row as it is now, beside what we know of it.
struct RowSituation {
  let isGone: Bool
  let status: String
  let prover: String
  let isSame: Bool
  let standing: ProverClusterTable.Standing
  let ourProver: String

  /// The first columns of `row` are ``ProverClusterTable/situation``.
  init(_ row: PostgresRow) {
    isGone = row.isNull(0)
    status = row.optionalText(0) ?? ""
    prover = row.optionalText(1) ?? ""
    isSame = row.optionalInt(2) == 1
    standing = ProverClusterTable.Standing(rawValue: Int16(truncatingIfNeeded: row.int(3))) ?? .lost
    ourProver = row.optionalText(4) ?? ""
  }

  private var isMarked: Bool {
    (standing == .marked || standing == .owed) && status == "proving" && prover == ourProver
  }

  /// Why a task must be withdrawn: its row is gone or another program's. Nil if it is not.
  func withdrawal(_ table: String) -> String? {
    if isGone { return "its row in \(table) was deleted" }
    let who = prover.isEmpty ? "" : " for '\(prover)'"
    switch status {
    case "inited": return nil
    case "proving": return isMarked ? nil : "another program took its row in \(table)\(who)"
    case "proved": return "another program proved its row in \(table)\(who)"
    default: return "another program gave its row in \(table) the status '\(status)'"
    }
  }

  /// Why its task is not what is to be done any more, for a row that is not withdrawn. Nil if it is.
  func change(_ table: String) -> String? {
    if !isSame { return "what is to be proved was changed in its row in \(table)" }
    if status == "inited", standing == .marked || standing == .proved {
      return "its row in \(table) was set back to 'inited'"
    }
    return nil
  }
}

extension ProverClusterTable {
  /// What a ``RowSituation`` is made of.
  static let situation = """
    r.status::text, r.prover_id::text, CASE WHEN \(isSame) THEN 1 ELSE 0 END, o.stands, o.prover
    """
  static let situationColumns = 5
}
