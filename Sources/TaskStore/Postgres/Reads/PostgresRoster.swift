import MusterCore
import PostgreSQL
import TaskModel

/// The workers of all coordinators as a book has them, read from the tables.
enum PostgresRoster {
  /// A book with every worker and what it holds, and no other task.
  ///
  /// - Parameters:
  ///   - own: the workers of this coordinator, which knows more of them than their rows say.
  ///   - coordinator: this coordinator's number. A row that names another tells that the worker went there.
  static func book(
    _ db: PostgresSession, own: [RosterWorker], coordinator: Int64, at now: Moment
  ) throws -> TaskBook {
    var book = TaskBook()
    for row in try db.rows(held, []) {
      let task = row.int(0)
      let handouts = UInt32(truncatingIfNeeded: row.int(2))
      let life = TaskLife(
        state: .running, token: Token(epoch: UInt64(bitPattern: row.int(1)), task: task, attempt: handouts),
        started: row.bool(3), failures: 0, handouts: handouts, maxAttempts: 1)
      _ = book.add(
        TaskBook.NewEntry(
          task: task, kind: row.text(5), needs: PostgresRecord.needs(row, 6), life: life, worker: row.text(4)), at: now)
    }
    for worker in try workers(db, own: own, coordinator: coordinator) { book.enroll(worker) }
    return book
  }

  private static let held = """
    SELECT v.seq, coalesce(v.epoch, 0), v.handouts, v.started, v.worker, k.name, l.slots, l.memory, l.gpus
    FROM live v JOIN lane l ON l.id = v.lane JOIN kind k ON k.id = l.kind WHERE v.state = 2 AND v.worker IS NOT NULL
    """

  private static func workers(
    _ db: PostgresSession, own: [RosterWorker], coordinator: Int64
  ) throws -> [RosterWorker] {
    var workers = Dictionary(own.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    func add(_ worker: RosterWorker, of owner: Int64) {
      if owner != coordinator || workers[worker.name] == nil { workers[worker.name] = worker }
    }
    for row in try db.rows(sessions, []) {
      add(
        RosterWorker(
          name: row.text(0), kinds: Set(row.texts(2)), capacity: PostgresRecord.needs(row, 3), accepting: row.bool(6)),
        of: row.int(1))
    }
    for row in try db.rows("SELECT name, coordinator, kinds FROM prover", []) {
      // They have no sessions and say nothing of their size: see the coordinator's side of the original protocol.
      let unbounded = Needs(slots: .max, memory: UInt64(Int64.max), gpus: .max)
      add(
        RosterWorker(name: row.text(0), kinds: Set(row.texts(2)), capacity: unbounded, refusesOversize: true),
        of: row.int(1))
    }
    for row in try db.rows("SELECT worker, kind, rule FROM aside", []) {
      // This coordinator may have handed out the trial task meanwhile.
      let (worker, kind) = (row.text(0), row.text(1))
      guard workers[worker]?.setAside[kind] == nil else { continue }
      workers[worker]?.setAside[kind] = SetAsideRule(stored: row.int(2))
    }
    return Array(workers.values)
  }

  /// A session whose coordinator died still says that it is connected, until its heartbeats run out.
  private static let sessions = """
    SELECT name, coordinator, kinds, slots, memory, gpus, accepting AND connected AND ends > clock() FROM session
    """
}

extension SetAsideRule {
  /// As the table `aside` has it.
  init(stored: Int64) { self = stored == 1 ? .trial : .nothing }

  var stored: Int16 { self == .trial ? 1 : 0 }
}
