import PostgreSQL

/// What a writing connection works with: state in memory that changes together with the tables.
///
/// Touched by one transaction of its writer at a time.
protocol WriterDesk: AnyObject, Sendable {
  /// A request that is carried out together with others of its sort.
  associatedtype Item: Sendable
  associatedtype Answer: Sendable
  /// What must be put back when a transaction fails.
  associatedtype Saved

  /// How much of a transaction's bound an item takes.
  static func weight(_ item: Item) -> Int

  func save() -> Saved
  func restore(_ saved: Saved)
  /// Before the transaction: what must outlive its failure.
  func prepare(_ items: [Item], _ db: PostgresSession) throws
  /// Inside the transaction. One answer an item, in order.
  func process(_ items: [Item], _ db: PostgresSession) throws -> [Answer]
  /// What the transaction brought about; empties it.
  func takeSignal() -> StoreSignal
  var statistics: StoreStatistics { get }
}
