import Foundation
import PostgreSQL
import TaskModel

/// Another program's table over which the PostgreSQL store works, such as the prover cluster's `task`.
///
/// Called on a connection's thread, inside the store's transactions, so that a task and its row change together or not at
/// all. Rows belong to others too: every update is conditional on what was last seen, and what another program did wins.
protocol OuterTable: Sendable {
  /// Looks for rows that are new, and for tasks of ours whose rows others changed or deleted. Changes nothing.
  func poll(_ db: PostgresSession, limit: Int) throws -> OuterPoll

  /// Marks rows as being worked on.
  ///
  /// - Returns: the tasks whose rows could be marked; the others' rows are not what they were.
  func claim(_ tasks: [OuterClaim], _ db: PostgresSession) throws -> Set<Int64>

  /// Writes results into their rows.
  ///
  /// - Returns: the tasks whose rows were still ours.
  func finish(_ ends: [OuterEnd], _ db: PostgresSession) throws -> Set<Int64>

  /// Makes rows free again whose attempts came to nothing, or whose tasks failed or were cancelled. Rows that are not ours
  /// any more stay as they are.
  func giveBack(_ tasks: [Int64], _ db: PostgresSession) throws

  /// The place of a task in the outer table's order, for a task that is tried anew; nil if its row is gone.
  func order(of task: Int64, _ db: PostgresSession) throws -> Int64?

  /// The store deletes these tasks, which are final and were kept long enough.
  func forget(_ tasks: [Int64], _ db: PostgresSession) throws
}

/// What a look at the outer table found.
struct OuterPoll: Sendable {
  var fresh: [OuterTask] = []
  /// Unfinished tasks of ours whose row is gone or is another's, each with a sentence for `task show`.
  var withdrawn: [(task: Int64, reason: String)] = []
}

/// A row that is to become a task.
struct OuterTask: Sendable {
  var id: TaskID
  var kind: String
  var input: Data
  /// Its place in its kind's order.
  var order: Int64
}

struct OuterClaim: Sendable {
  var task: Int64
  var id: String
  var worker: String
}

struct OuterEnd: Sendable {
  var task: Int64
  var id: String
  var worker: String
  var result: Data
  /// What the verifier printed.
  var publicInput: Data?
}
