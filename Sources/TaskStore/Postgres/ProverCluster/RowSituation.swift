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

  /// Why the task of this row must be withdrawn, in one sentence: the row is gone, another program's, or another task.
  /// Nil if it is as we left it.
  func objection(_ table: String) -> String? {
    if isGone { return "its row in \(table) was deleted" }
    let who = prover.isEmpty ? "" : " for '\(prover)'"
    switch status {
    case "proving" where !isMarked: return "another program took its row in \(table)\(who)"
    case "proved": return "another program proved its row in \(table)\(who)"
    case "inited" where standing == .marked || standing == .proved:
      return "another program set its row in \(table) back to 'inited'"
    case "inited", "proving":
      return isSame ? nil : "another program changed what is to be proved in its row in \(table)"
    default: return "another program gave its row in \(table) the status '\(status)'"
    }
  }
}

extension ProverClusterTable {
  /// What a ``RowSituation`` is made of.
  static let situation = """
    r.status::text, r.prover_id::text, CASE WHEN \(isSame) THEN 1 ELSE 0 END, o.stands, o.prover
    """
  static let situationColumns = 5
}
