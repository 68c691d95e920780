import Foundation
import TaskModel

/// What a look at the outer table found.
struct OuterLook: Sendable {
  /// Rows that are to become tasks, in the order of the table.
  var fresh: [OuterRow] = []
  /// Unfinished tasks of ours whose row is gone, another program's, or not the same any more, each with a sentence: to be
  /// withdrawn, unless it turns out otherwise once the task is locked.
  var withdrawn: [(task: Int64, reason: String)] = []
  /// Final tasks whose row asks for another round (somebody set it back to `inited`, or changed what is to be proved): to be
  /// deleted with all that belongs to them. The next look finds their rows fresh.
  var again: [(task: Int64, reason: String)] = []
  /// There is more to be found: look again at once.
  var hasMore = false
}

/// A row that is to become a task, and how it stood when it was read.
struct OuterRow: Sendable {
  var task: OuterTask
  /// The server's number of the transaction that wrote it.
  var version: Int64
  /// Of all that is to be proved.
  var digest: Data
}

/// What became of results.
struct OuterFinish: Sendable {
  var written: Set<Int64> = []
  /// The row is another program's by now, or the database does not take the result: why, in one sentence.
  var lost: [Int64: String] = [:]
  /// Another program has the row locked: to be tried again later. It may still turn out to be lost.
  var busy: Set<Int64> = []
}
