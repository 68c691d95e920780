import Foundation
import MusterCore

/// What a store that works over another program's table, such as the prover cluster's, does for people.
public protocol OuterRows: Sendable {
  /// What an operator should know of the table, one sentence each.
  func notices() async throws -> [String]

  /// Takes rows that others left in the middle and have not written to for `age`. Returns how many.
  func adopt(olderThan age: Duration) async throws -> Int

  /// Inserts a row as the table's own backend would; it becomes a task at the next look.
  ///
  /// - Parameter output: what stands beside the input; nil for none.
  /// - Throws: ``StoreError`` with one sentence for what the table cannot hold.
  func insert(id: String, circuit: String, blockID: Int64, input: Data, output: Data?) async throws
    -> RowInsertion
}
