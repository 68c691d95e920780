import Foundation
import GRDB
import MusterCore
import TaskModel

extension StoreCore {
  /// The report by which a task came to be done.
  struct Done {
    let report: EndReport
    let worker: String
    let late: Bool
  }

  /// Writes down what the book changed, and notes what others wait for.
  ///
  /// - Parameters:
  ///   - error: the sentence for the first change, the one that was asked for; those that it caused get their own.
  ///   - done: for a first change to `done`.
  ///   - stopping: an attempt that this ends did not end by itself: its worker must be told to stop it.
  func writeChanges(_ db: Database, error: String?, done: Done? = nil, stopping: Bool = false) throws {
    let wall = time.timestamp()
    for (position, change) in changes.enumerated() {
      let own = position == 0
      if stopping, let worker = change.worker, let token = change.endedToken {
        signal.stops.append(StoppedAttempt(worker: worker, token: token))
      }
      if change.life.state.isFinal {
        var sentence = own ? error : nil
        if let cause = change.cause { sentence = try dependencyError(cause, db) }
        try finish(
          change.task, life: change.life, from: change.from, worker: change.worker, error: sentence,
          cause: change.cause,
          known: out[change.task], done: own ? done : nil, db)
      } else {
        let resultKey = change.life.state == .verifying ? change.life.token.map { Int64(bitPattern: $0.number) } : nil
        try statements.move.run {
          $0.add(change.life.state.rawValue)
          $0.add(change.life.failures)
          $0.add(change.delay.map { (wall + $0).milliseconds })
          $0.add(own ? error : nil)
          $0.add(resultKey)
          $0.add(change.task)
        }
        if change.life.state == .queued, let kind = book.kind(of: change.task) { signal.ready[kind, default: 0] += 1 }
        if change.from == .running, change.life.state != .verifying { out[change.task] = nil }
      }
    }
    changes.removeAll(keepingCapacity: true)
  }

  /// Writes a final state and tells those who follow.
  func finish(
    _ task: Int64, life: TaskLife, from: TaskState, worker: String?, error: String?, cause: Int64?,
    known: (id: String, kind: String)?, done: Done? = nil, _ db: Database
  ) throws {
    let state = life.state
    let resultKey = state == .done ? life.token.map { Int64(bitPattern: $0.number) } : nil
    let size = done?.report.result.size ?? 0
    let run = done?.report.runNanoseconds ?? 0
    let late = done?.late ?? false
    try statements.finish.run {
      $0.add(state.rawValue)
      $0.add(life.failures)
      $0.add(time.timestamp().milliseconds)
      $0.add(error)
      $0.add(cause)
      $0.add(resultKey)
      $0.add(size)
      $0.add(late)
      $0.add(run)
      $0.add(done?.worker)
      $0.add(task)
    }
    if unjudged.remove(task) != nil { try dropUnjudged(of: task, except: resultKey, db) }
    out[task] = nil
    switch state {
    case .done: statistics.done += 1
    case .failed: statistics.failed += 1
    default: statistics.cancelled += 1
    }
    let name: (id: String, kind: String)
    if let known {
      name = known
    } else {
      let row = try Row.fetchOne(
        db, sql: "SELECT t.id, k.name FROM task t JOIN kind k ON k.id = t.kind WHERE t.seq = ?", arguments: [task])
      name = row.map { ($0[0], $0[1]) } ?? ("", "")
    }
    var inline: Data?
    if case .bytes(let data)? = done?.report.result, data.count <= EndedTask.largestInlineResult { inline = data }
    signal.ended.append(
      EndedTask(
        id: TaskID(trusted: name.id), kind: name.kind, state: state, result: inline, resultSize: size,
        error: error ?? "", attempts: life.handouts, worker: done?.worker ?? worker ?? "", late: late,
        runNanoseconds: run))
  }

  /// The task is final: results of it that the verifier has not judged are not needed any more.
  private func dropUnjudged(of task: Int64, except committed: Int64?, _ db: Database) throws {
    let keys = Schema.keys(of: task)
    let waiting = try Int64.fetchAll(
      db, sql: "SELECT key FROM verification WHERE key >= ? AND key < ?", arguments: [keys.first, keys.end])
    for key in waiting where key != committed {
      try db.execute(
        sql: """
          INSERT INTO attempt (key, epoch, worker, outcome, error, started, ended)
          SELECT v.key, v.epoch, v.worker, 'discarded', 'the task ended before the result was verified', t.started, ?
          FROM verification v JOIN task t ON t.seq = v.key >> 20 WHERE v.key = ? ON CONFLICT (key) DO NOTHING
          """, arguments: [time.timestamp().milliseconds, key])
      try deleteResult(key: key, db)
      statistics.discarded += 1
    }
    try db.execute(sql: "DELETE FROM verification WHERE key >= ? AND key < ?", arguments: [keys.first, keys.end])
  }
}
