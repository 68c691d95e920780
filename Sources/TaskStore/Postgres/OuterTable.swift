import Foundation
import PostgreSQL
import TaskModel

/// Another program's table over which the PostgreSQL store works, such as the prover cluster's `task`.
///
/// Called on a connection's thread, inside the store's transactions, so that a task and its row change together or not at
/// all. Rows belong to others too: every update is conditional on what was last seen, and what another program did wins.
protocol OuterTable: Sendable {
  /// Looks for rows that are new, and for tasks of ours whose rows others changed or deleted. Changes nothing of others.
  /// Makes a transaction of its own, on any connection in the store's schema.
  func look(_ db: PostgresSession, limit: Int) throws -> OuterLook

  /// Notes that these rows have tasks now; in the transaction that makes the tasks, or in a later one.
  func take(_ rows: [OuterRow], _ db: PostgresSession) throws

  /// These rows cannot become tasks: each with a sentence. They are left alone until somebody changes them.
  func refuse(_ rows: [(row: OuterRow, problem: String)], _ db: PostgresSession) throws

  /// Lets go of the row of an unfinished task that a look found to be withdrawn, if that is still so. The caller has the
  /// task locked, and cancels it.
  ///
  /// - Returns: the reason, in one sentence; nil if the row is as we left it, after all.
  func withdraw(_ task: Int64, _ db: PostgresSession) throws -> String?

  /// Marks rows as being worked on.
  ///
  /// - Returns: the tasks whose rows could be marked. The others' rows are locked by another program, or not what they were:
  ///   the next look tells which.
  func claim(_ tasks: [OuterClaim], _ db: PostgresSession) throws -> Set<Int64>

  /// Writes results into their rows.
  func finish(_ ends: [OuterEnd], _ db: PostgresSession) throws -> OuterFinish

  /// Makes rows free again whose attempts came to nothing, or whose tasks failed or were cancelled. Rows that are not ours
  /// any more stay as they are.
  func giveBack(_ tasks: [Int64], _ db: PostgresSession) throws

  /// The place of a task in the outer table's order, for a task that is tried anew; nil if its row is gone.
  func order(of task: Int64, _ db: PostgresSession) throws -> Int64?

  /// The store deletes these tasks, which are final and were kept long enough.
  func forget(_ tasks: [Int64], _ db: PostgresSession) throws

  /// A condition for the statement that picks final tasks to delete: whether the task `f` (a row of `final`) may go.
  var mayExpire: String { get }
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
