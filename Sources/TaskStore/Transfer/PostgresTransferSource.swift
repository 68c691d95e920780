import PostgreSQL

/// A PostgreSQL store that is read while its coordinators are stopped.
struct PostgresTransferSource: TransferSource {
  private let hold: PostgresTransferHold

  static func open(_ target: PostgresTarget, schema: String, build: String) async throws -> PostgresTransferSource {
    PostgresTransferSource(
      hold: try await PostgresTransferHold.open(target, schema: schema, build: build, making: false))
  }

  func id() async throws -> String { try await hold.perform { try PostgresSchema.id($0) } }

  func rows(_ part: TransferPart, after cursor: TransferCursor) async throws -> [TransferRow] {
    try await hold.perform { db in try PostgresTransferReader.rows(part, after: cursor, db) }
  }

  func close() async { await hold.connection.close() }
}
