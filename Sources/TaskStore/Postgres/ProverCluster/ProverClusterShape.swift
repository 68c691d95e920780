/// What the catalogue says of the prover cluster's table.
struct ProverClusterShape: Sendable, Hashable {
  /// Qualified and quoted.
  var table: String
  /// For people: `public.task`.
  var name: String
  /// Characters of the columns that have a limit.
  var limits: [String: Int]
  /// A COLLATE clause if `task_id` has a collation of its own, else empty: comparing needs one that both sides have.
  var collation: String
  /// Where its programs look for tables and functions that they name without a schema: so do their triggers.
  var searchPath: String
  /// Whether `updated_time` knows its time zone. The original's does not; its programs write UTC.
  var updatedWithZone: Bool
}
