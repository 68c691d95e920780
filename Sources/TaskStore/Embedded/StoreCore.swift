import Foundation
import GRDB
import MusterCore
import TaskModel

/// The embedded store's single writer: the task book and the tables, changed together inside one transaction.
///
/// Lives on the writer's queue and is called there only. A method that throws leaves book and tables apart; the caller
/// rolls the transaction back and calls ``load(from:)``.
final class StoreCore {
  var book = TaskBook()
  /// Drawn at random at every start: see ``Token``.
  let epoch: UInt64
  let time: any Timekeeper
  let payloadFiles: PayloadFiles?
  var statements: Statements
  var definitions: [KindDefinition] = []
  /// How long final tasks of other kinds stay.
  var defaultKeep: Duration = .seconds(7 * 86_400)
  var kindRows: [String: Int64] = [:]
  /// Never goes back while this process lives, so that no token repeats within the epoch.
  var nextTask: Int64 = 1
  /// Ids and kinds of the tasks whose attempts are out, so that an end need not look them up.
  var out: [Int64: (id: String, kind: String)] = [:]
  /// Tasks with a result that waits for the verifier.
  var unjudged: Set<Int64> = []
  var signal = StoreSignal()
  var statistics = StoreStatistics()
  /// Names of payload files that this transaction has no use for; removed after the commit unless a row names them.
  var unusedFiles: [String] = []
  /// Reused to save an allocation an event.
  var changes: [TaskBook.Change] = []
  var claims: [TaskBook.Claimed] = []

  init(db: Database, epoch: UInt64, time: any Timekeeper, payloadFiles: PayloadFiles?) throws {
    self.epoch = epoch
    self.time = time
    self.payloadFiles = payloadFiles
    statements = try Statements(db)
  }

  /// Makes everything that workers hold and what is due known to the outside, after the commit.
  func takeSignal() -> StoreSignal {
    defer { signal = StoreSignal() }
    return signal
  }

  // MARK: Reading the store

  /// Fills the book from the tables: at the start, and after a transaction that failed.
  func load(from db: Database) throws {
    let roster = book.workers
    book = TaskBook()
    out = [:]
    signal = StoreSignal()
    unusedFiles = []
    unjudged = Set(try Int64.fetchAll(db, sql: "SELECT key >> 20 FROM verification"))
    nextTask = max(nextTask, 1 + (try Int64.fetchOne(db, sql: "SELECT max(seq) FROM task") ?? 0))
    kindRows = [:]
    var kindNames: [Int64: String] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT id, name FROM kind") {
      kindRows[row[1]] = row[0]
      kindNames[row[0]] = row[1]
    }
    defineInBook()
    let dependencies = try unmetDependencies(db)
    let failedOn = try failures(db)
    let now = time.moment()
    let wall = time.timestamp()
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT seq, kind, state, priority, slots, memory, gpus, oversize, max_attempts, failures, handouts, epoch,
          running, worker, not_before, deadline, CASE WHEN state IN (2, 3) THEN id END
        FROM task INDEXED BY task_live WHERE finished IS NULL ORDER BY seq
        """)
    while let row = try rows.next() {
      let task: Int64 = row[0]
      guard let kind = kindNames[row[1]], let state = TaskState(rawValue: row[2]) else {
        throw StoreError(.corrupt, "task \(task) in the store has a kind or a state that does not exist")
      }
      let handouts: UInt32 = row[10]
      let token = (row[11] as Int64?).map {
        Token(epoch: UInt64(bitPattern: $0), task: task, attempt: handouts)
      }
      let life = TaskLife(
        state: state, token: token, started: row[12], failures: row[9], handouts: handouts, maxAttempts: row[8])
      let notBefore = (row[14] as Int64?).map { Timestamp(milliseconds: $0) }
      let entry = TaskBook.NewEntry(
        task: task, kind: kind, priority: row[3],
        needs: Needs(slots: row[4], memory: UInt64(bitPattern: row[5]), gpus: row[6]), oversize: row[7], life: life,
        unmetDependencies: dependencies[task] ?? [], notBefore: notBefore.map { now + max($0 - wall, .zero) },
        deadline: (row[15] as Int64?).map { Timestamp(milliseconds: $0) }, failedOn: failedOn[task] ?? [],
        worker: state == .running ? row[13] : nil)
      guard book.add(entry, at: now) else {
        throw StoreError(.unusable, "the store holds more kinds or sorts of needs than this version can serve")
      }
      if let id = row[16] as String? { out[task] = (id, kind) }
    }
    for worker in roster.values { book.enroll(worker) }
  }

  private func unmetDependencies(_ db: Database) throws -> [Int64: [Int64]] {
    var unmet: [Int64: [Int64]] = [:]
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT d.task, d.needs FROM dependency d JOIN task t ON t.seq = d.task JOIN task n ON n.seq = d.needs
        WHERE t.finished IS NULL AND n.state <> 4
        """)
    while let row = try rows.next() { unmet[row[0], default: []].append(row[1]) }
    return unmet
  }

  private func failures(_ db: Database) throws -> [Int64: Set<String>] {
    var failedOn: [Int64: Set<String>] = [:]
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT t.seq, a.worker FROM task t INDEXED BY task_live
        JOIN attempt a ON a.key > (t.seq << 20) + t.forgiven AND a.key < (t.seq + 1) << 20
        WHERE t.finished IS NULL AND t.handouts > t.forgiven
          AND a.outcome IN ('failed', 'timeout', 'memory', 'unrunnable', 'invalid')
        """)
    while let row = try rows.next() { failedOn[row[0], default: []].insert(row[1]) }
    return failedOn
  }

  // MARK: Kinds

  func define(_ kinds: [KindDefinition], keep: Duration) {
    // Kinds that are no longer named are treated as any kind that only workers know.
    let named = Set(kinds.map(\.name))
    for old in definitions where !named.contains(old.name) {
      book.define(kind: old.name, order: .oldest, backoff: Backoff(), hasVerifier: false)
    }
    definitions = kinds
    defaultKeep = keep
    defineInBook()
  }

  private func defineInBook() {
    for kind in definitions {
      book.define(kind: kind.name, order: kind.order, backoff: kind.backoff, hasVerifier: kind.verifier != nil)
    }
  }

  /// The row of a kind, made if there is none.
  func row(ofKind name: String, _ db: Database) throws -> Int64 {
    if let row = kindRows[name] { return row }
    try db.execute(sql: "INSERT INTO kind (name) VALUES (?)", arguments: [name])
    kindRows[name] = db.lastInsertedRowID
    return db.lastInsertedRowID
  }
}
