/// One step from an older schema to a newer one. A step that has been released is never changed; a new one is added
/// after it.
struct PostgresMigration: Sendable {
  /// 1 for the first; each one more than the one before it.
  let number: Int
  /// The lowest schema number whose programs can still work with the tables after this step.
  ///
  /// A step that only adds what older programs do not see keeps the number of the step before it, so that coordinators
  /// of neighbouring versions run side by side during an upgrade.
  let compatible: Int
  /// Run with the schema first on the search path, in one transaction.
  let statements: String

  static let all = [
    PostgresMigration(number: 1, compatible: 1, statements: first),
    PostgresMigration(number: 2, compatible: 1, statements: namespaces),
    PostgresMigration(number: 3, compatible: 1, statements: storeID),
  ]
}
