import Foundation
import MusterCore
import PostgreSQL
import TaskModel

extension Desk {
  /// The report by which a task came to be done.
  struct Done {
    let report: EndReport
    let worker: String
    let late: Bool
  }

  /// What goes with an event.
  struct Circumstances {
    /// One sentence for the task.
    var error: String?
    /// The worker that must not get the task again while another can take it.
    var blamed: String?
    /// The task whose failure caused this.
    var cause: Int64?
    var done: Done?
    /// An attempt that this ends did not end by itself: its worker must be told to stop it.
    var stopping = false
  }

  /// Applies an event to a locked row, and to those that depend on it; writes it all down.
  @discardableResult
  func apply(
    _ event: TaskEvent, to row: LiveRow, _ circumstances: Circumstances, _ db: PostgresSession
  ) throws -> TaskReaction {
    var ended: [(task: Int64, state: TaskState)] = []
    let reaction = try step(event, row, circumstances, &ended, db)
    try Dependencies.settle(&ended, desk: self, db)
    return reaction
  }

  /// One task's part of ``apply(_:to:_:_:)``; appends it to `ended` if it is final.
  func step(
    _ event: TaskEvent, _ before: LiveRow, _ circumstances: Circumstances,
    _ ended: inout [(task: Int64, state: TaskState)],
    _ db: PostgresSession
  ) throws -> TaskReaction {
    var row = before
    let reaction = row.life.apply(event)
    guard case .moved(let from, let to) = reaction else { return reaction }
    if from == .running && to != .running { try release(before, stopping: circumstances.stopping, db) }
    let error = circumstances.error.map { LabelText.sentence($0) }
    if to.isFinal {
      let state = try finish(row, from: from, error: error, circumstances, db)
      ended.append((row.task, state))
      return .moved(from: from, to: state)
    }
    if let blamed = circumstances.blamed, !row.failedOn.contains(blamed) { row.failedOn.append(blamed) }
    let kind = kind(ofLane: row.lane)
    // A used-up attempt is the only way back to waiting, so this is a backoff.
    let backoff =
      to == .waiting ? (definitions[kind]?.backoff ?? Backoff()).delay(afterFailures: Int(row.life.failures)) : nil
    try db.change(
      """
      UPDATE live SET state = $2, failures = $3, not_before = clock() + $4::int8 * interval '1 millisecond',
        error = coalesce($5, error), failed_on = $6, started = $7, since = clock(), lease_ends = NULL WHERE seq = $1
      """,
      [
        .int(row.task), .int2(Int16(to.rawValue)), .int4(Int32(row.life.failures)),
        backoff.map { .int($0.wholeMilliseconds) } ?? .null, error.map { .text($0) } ?? .null,
        row.failedOn.isEmpty ? .null : .texts(row.failedOn), .bool(row.life.started && to != .queued),
      ])
    if from == .running && to != .verifying { try outer?.giveBack([row.task], db) }
    if to == .queued { signal.ready[kind, default: 0] += 1 }
    return reaction
  }

  /// The worker that held the attempt has room again; whoever has that worker hears if it must be stopped.
  private func release(_ row: LiveRow, stopping: Bool, _ db: PostgresSession) throws {
    forget(row.task)
    guard stopping, let worker = row.worker, let token = row.life.token else { return }
    if row.coordinator == coordinator {
      signal.stops.append(StoppedAttempt(worker: worker, token: token))
    } else if let other = row.coordinator {
      try db.change(
        "INSERT INTO errand (coordinator, what, worker, epoch, number) VALUES ($1, 'stop', $2, $3, $4)",
        [.int(other), .text(worker), .int(Int64(bitPattern: token.epoch)), .int(Int64(bitPattern: token.number))])
    }
  }

  func forget(_ task: Int64) {
    guard state.known.removeValue(forKey: task) != nil else { return }
    state.book.forget(task)
  }

  /// - Returns: the state that it came to: `cancelled` instead of `done` if an outer row is another program's by now.
  private func finish(
    _ row: LiveRow, from: TaskState, error: String?, _ circumstances: Circumstances, _ db: PostgresSession
  ) throws -> TaskState {
    var final = row.life.state
    var error = error
    var done = circumstances.done
    if let outer {
      if final == .done, let report = done?.report {
        let end = OuterEnd(
          task: row.task, id: row.id, worker: done?.worker ?? row.worker ?? "", result: try report.result.load(),
          publicInput: report.publicInput)
        let written = try outer.finish([end], db)
        if !written.busy.isEmpty {
          throw StoreError(.unavailable, "another program has the row of task '\(row.id)' locked; try again")
        }
        if let reason = written.lost[row.task] {
          final = .cancelled
          error = reason
          done = nil
        }
      } else {
        try outer.giveBack([row.task], db)
      }
    }
    let token = done?.report.token
    let result = try done.flatMap { try IntakeDesk.bytes($0.report.result) }
    let size = done?.report.result.size ?? 0
    try db.change(
      """
      WITH gone AS (DELETE FROM live WHERE seq = $1 RETURNING seq, handouts, forgiven, epoch, handed, worker, lane)
      INSERT INTO final (seq, kind, state, finished, failures, handouts, forgiven, epoch, worker, handed, error, failed_by,
        result_key, result_size, result, late, run_ns)
      SELECT g.seq, l.kind, $2, clock(), $3, g.handouts, g.forgiven, g.epoch, coalesce($4, g.worker), g.handed, $5, $6,
        $7, $8, $9, $10, $11 FROM gone g JOIN lane l ON l.id = g.lane
      """,
      [
        .int(row.task), .int2(Int16(final.rawValue)), .int4(Int32(row.life.failures)),
        done.map { .text($0.worker) } ?? .null, error.map { .text($0) } ?? .null,
        circumstances.cause.map { .int($0) } ?? .null,
        token.map { .int(Int64(bitPattern: $0.number)) } ?? .null, .int4(Int32(clamping: size)),
        result.map { .bytes($0) } ?? .null, .bool(done?.late ?? false),
        .int(Int64(clamping: done?.report.runNanoseconds ?? 0)),
      ])
    try dropUnjudged(of: row.task, except: token, db)
    switch final {
    case .done: state.statistics.done += 1
    case .failed: state.statistics.failed += 1
    default: state.statistics.cancelled += 1
    }
    var inline: Data?
    if case .bytes(let data)? = done?.report.result, data.count <= EndedTask.largestInlineResult { inline = data }
    signal.ended.append(
      EndedTask(
        id: TaskID(trusted: row.id), kind: kind(ofLane: row.lane), state: final, result: inline, resultSize: size,
        error: error ?? "", attempts: row.life.handouts, worker: done?.worker ?? row.worker ?? "",
        late: done?.late ?? false, runNanoseconds: done?.report.runNanoseconds ?? 0))
    return final
  }

  /// The task is final: results of it that the verifier has not judged are not needed any more.
  private func dropUnjudged(of task: Int64, except committed: Token?, _ db: PostgresSession) throws {
    let dropped = try db.rows(
      """
      WITH gone AS (
        DELETE FROM verification WHERE key >= $1::int8 << 20 AND key < ($1::int8 + 1) << 20 RETURNING key, epoch, worker),
      act AS (
        INSERT INTO attempt (key, epoch, worker, outcome, error, started, ended)
        SELECT g.key, g.epoch, g.worker, 'discarded', 'the task ended before the result was verified', f.handed, clock()
        FROM gone g JOIN final f ON f.seq = $1 WHERE g.key IS DISTINCT FROM $2::int8 ON CONFLICT (key) DO NOTHING)
      SELECT FROM gone WHERE key IS DISTINCT FROM $2::int8
      """, [.int(task), committed.map { .int(Int64(bitPattern: $0.number)) } ?? .null]
    ).count
    state.statistics.discarded += UInt64(dropped)
  }

  /// Writes down how an attempt ended.
  func note(
    attempt token: Token, worker: String, outcome: String, error: String, started: Timestamp?, _ db: PostgresSession
  )
    throws
  {
    try db.change(
      """
      INSERT INTO attempt (key, epoch, worker, outcome, error, started, ended) VALUES ($1, $2, $3, $4, $5, $6, clock())
      ON CONFLICT (key) DO UPDATE SET epoch = excluded.epoch, outcome = excluded.outcome, error = excluded.error
      """,
      [
        .int(Int64(bitPattern: token.number)), .int(Int64(bitPattern: token.epoch)), .text(worker), .text(outcome),
        .text(LabelText.sentence(error)), started.map { .time($0) } ?? .null,
      ])
  }
}
