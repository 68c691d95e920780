import PostgreSQL

extension StoreError {
  /// What went wrong with the database, as an error of the store.
  static func from(postgres error: any Error, summary: String) -> StoreError {
    if let error = error as? StoreError { return error }
    guard let error = error as? PostgresError else {
      return StoreError(.unusable, "the \(summary) cannot be used", cause: error)
    }
    if error.isConnectionLost || error.isTransient {
      return StoreError(.unavailable, "the \(summary) does not answer now; try again", cause: error)
    }
    switch error.sqlState?.prefix(2) {
    case "53":
      return StoreError(.full, "the \(summary) has no room or no connection left: \(error.message)", cause: error)
    case "25" where error.sqlState == "25006":
      return StoreError(
        .readOnly, "the \(summary) takes no changes; name the primary, not a standby", cause: error)
    default: return StoreError(.unusable, "the \(summary) cannot be used: \(error.message)", cause: error)
    }
  }
}
