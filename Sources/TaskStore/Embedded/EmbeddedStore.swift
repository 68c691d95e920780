import Foundation
import GRDB
import Logging
import MusterCore
import Synchronization
import TaskModel

/// A store in one SQLite file (or in memory, for tests), with a single writer and group commit.
///
/// Callers put commands into a mailbox; whenever the writer is free it takes all of them, runs them in one transaction and
/// answers after it is synced to disk. So an fsync is shared by everything that came while the one before it lasted.
///
/// If a transaction fails, nothing in it was acknowledged: its callers get the error, and the book is read anew from the file.
public final class EmbeddedStore: TaskStore {
  /// What a caller wants done: `run` on the writer's queue, inside a transaction; what it returns answers the caller after
  /// the commit.
  private struct Command: Sendable {
    let run: @Sendable (StoreCore, Database) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
  }

  private struct Mailbox {
    var commands: [Command] = []
    /// The writer is at work, or has been asked to be.
    var busy = false
    var closed = false
    var handler: @Sendable (StoreSignal) -> Void = { _ in }
    var statistics = StoreStatistics()
    /// Payload files that nobody needs, unless a row names them.
    var discarded: [String] = []
    /// When the clock next makes something due.
    var due: (backoff: Moment?, deadline: Timestamp?) = (nil, nil)
  }

  /// How many commands share a commit at most: more would make the first of them wait for long.
  private static let largestBatch = 4096

  let database: any DatabaseWriter
  let payloadFiles: PayloadFiles?
  public let summary: String
  public let id: String
  private let lock: StoreLock?
  private let time: any Timekeeper
  private let logger: Logger
  private let mailbox: Mutex<Mailbox>
  private let writer: WriterBox

  /// What only the writer's queue touches.
  private final class WriterBox: @unchecked Sendable {
    /// Nil once the store is closed: its prepared statements would keep the connection, and with it the file, open.
    var core: StoreCore?
    /// The book is not to be trusted: read it anew before the next transaction, but not before this moment.
    var broken: (until: Moment, error: any Error)?
    init(core: StoreCore) { self.core = core }
  }

  /// Opens or makes a store.
  ///
  /// - Parameters:
  ///   - folder: where its files stand; made if it is missing. Nil: in memory, for tests and trials.
  ///   - file: the database's name in it. One store a folder: lock and payloads stand beside it.
  ///   - time: leases, backoff and records.
  /// - Throws: ``StoreError``: locked by another coordinator, damaged, not writable, made by a later version.
  public init(folder: String?, file: String = "muster.db", time: any Timekeeper = SystemTime(), logger: Logger) throws {
    self.time = time
    self.logger = logger
    do {
      if let folder {
        try PrivateFolder.make(folder)
        lock = try StoreLock(path: "\(folder)/muster.lock")
        payloadFiles = try PayloadFiles(folder: "\(folder)/payloads")
        summary = "SQLite in \(folder)/\(file)"
        database = try Self.open("\(folder)/\(file)")
      } else {
        lock = nil
        payloadFiles = nil
        summary = "SQLite in memory"
        database = try DatabaseQueue()
      }
      try Schema.prepare(database, summary: summary)
      id = try database.read { try Schema.id($0) }
      let files = payloadFiles
      let core = try database.writeWithoutTransaction { db in
        let core = try StoreCore(
          db: db, epoch: UInt64.random(in: 1...UInt64.max), time: time, payloadFiles: files)
        try core.load(from: db)
        let orphans = try files?.sweep { try Self.isNamed($0, db) } ?? 0
        if orphans > 0 { logger.info("removed \(orphans) payload files that no task has") }
        return WriterBox(core: core)
      }
      writer = core
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError.from(error, path: folder ?? "memory")
    }
    var mailbox = Mailbox()
    mailbox.due = (writer.core?.book.nextBackoff, writer.core?.book.nextDeadline)
    self.mailbox = Mutex(mailbox)
  }

  private static func open(_ path: String) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.maximumReaderCount = 4
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY")
    }
    // First: SQLite gives the log beside the database, which holds inputs and results too, the database's own mode.
    PrivateFolder.makeFile(path)
    let pool = try DatabasePool(path: path, configuration: configuration)
    // Of a store that was made otherwise.
    for name in [path, path + "-wal", path + "-shm"] { chmod(name, 0o600) }
    // GRDB sets NORMAL when it turns WAL on, after `prepareDatabase`: set before, FULL would silently be undone and the last
    // commits lost at a power cut.
    try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    return pool
  }

  // MARK: Group commit

  /// Runs `body` inside the writer's next transaction; returns when that is on disk.
  func perform<R: Sendable>(_ body: @escaping @Sendable (StoreCore, Database) throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<R, any Error>) in
      enqueue(
        Command(
          run: { core, db in
            let result = try body(core, db)
            return { continuation.resume(returning: result) }
          }, fail: { continuation.resume(throwing: $0) }))
    }
  }

  private func enqueue(_ command: Command) {
    let (start, refused) = mailbox.withLock { mailbox in
      if mailbox.closed { return (false, true) }
      mailbox.commands.append(command)
      defer { mailbox.busy = true }
      return (!mailbox.busy, false)
    }
    if refused { command.fail(StoreError.closed) }
    if start { database.asyncWriteWithoutTransaction { [self] db in drain(db) } }
  }

  private func drain(_ db: Database) {
    while true {
      let batch: [Command] = mailbox.withLock { mailbox in
        if mailbox.commands.isEmpty {
          mailbox.busy = false
          return []
        }
        if mailbox.commands.count <= Self.largestBatch {
          defer { mailbox.commands = [] }
          return mailbox.commands
        }
        defer { mailbox.commands.removeFirst(Self.largestBatch) }
        return Array(mailbox.commands.prefix(Self.largestBatch))
      }
      if batch.isEmpty { return }
      run(batch, db)
    }
  }

  private func run(_ batch: [Command], _ db: Database) {
    let core: StoreCore
    do {
      guard let open = writer.core else { throw StoreError.closed }
      core = open
      try mend(core, db)
      removeDiscarded(db)
    } catch {
      for command in batch { command.fail(error) }
      return
    }
    let begin = time.moment()
    do {
      var answers: [() -> Void] = []
      answers.reserveCapacity(batch.count)
      try db.beginTransaction(.immediate)
      for command in batch { answers.append(try command.run(core, db)) }
      try db.commit()
      let signal = core.takeSignal()
      let handler = publish(core, commands: batch.count, took: time.moment() - begin)
      for answer in answers { answer() }
      if !signal.isEmpty { handler(signal) }
      removeUnusedFiles(core, db)
    } catch {
      if db.isInsideTransaction { try? db.rollback() }
      let error = error as? StoreError ?? StoreError.from(error, path: summary)
      logger.error("a transaction failed; nothing in it was acknowledged: \(error.message)")
      writer.broken = (time.moment() + .milliseconds(200), error)
      core.statistics = mailbox.withLock { mailbox in
        mailbox.statistics.commitFailures += 1
        return mailbox.statistics
      }
      for command in batch { command.fail(error) }
    }
  }

  private func removeUnusedFiles(_ core: StoreCore, _ db: Database) {
    guard !core.unusedFiles.isEmpty else { return }
    remove(core.unusedFiles, db)
    core.unusedFiles = []
  }

  /// Lets the writer remove these payload files before its next transaction.
  func removeLater(_ names: [String]) { mailbox.withLock { $0.discarded += names } }

  /// Before a transaction and not after it: while the disk is full, none succeeds.
  private func removeDiscarded(_ db: Database) {
    let names = mailbox.withLock { mailbox in
      defer { mailbox.discarded = [] }
      return mailbox.discarded
    }
    if !names.isEmpty { remove(names, db) }
  }

  /// Removes those that no row names. What stays behind is swept at the next start.
  private func remove(_ names: [String], _ db: Database) {
    payloadFiles?.remove((try? names.filter { try !Self.isNamed($0, db) }) ?? [])
  }

  /// Whether a row names this payload file.
  private static func isNamed(_ file: String, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM input WHERE file = ?1) OR EXISTS (SELECT 1 FROM result WHERE file = ?1)"),
      arguments: [file]) ?? true
  }

  /// Reads the book anew if the last transaction failed.
  private func mend(_ core: StoreCore, _ db: Database) throws {
    guard let broken = writer.broken else { return }
    // A full disk fails every commit: do not read a million tasks anew for each.
    guard time.moment() >= broken.until else { throw broken.error }
    do {
      try core.load(from: db)
      writer.broken = nil
      logger.info("the store was read anew after a failed transaction")
    } catch {
      let error = StoreError.from(error, path: summary)
      writer.broken = (time.moment() + .seconds(1), error)
      throw error
    }
  }

  private func publish(_ core: StoreCore, commands: Int, took: Duration) -> @Sendable (StoreSignal) -> Void {
    let nanoseconds = UInt64(max(took.wholeNanoseconds, 0))
    return mailbox.withLock { mailbox in
      let previous = mailbox.statistics
      mailbox.statistics = core.statistics
      mailbox.statistics.commits = previous.commits + 1
      mailbox.statistics.commands = previous.commands + UInt64(commands)
      mailbox.statistics.commitNanoseconds = previous.commitNanoseconds + nanoseconds
      mailbox.statistics.slowestCommitNanoseconds = max(previous.slowestCommitNanoseconds, nanoseconds)
      mailbox.statistics.commitFailures = previous.commitFailures
      mailbox.due = (core.book.nextBackoff, core.book.nextDeadline)
      return mailbox.handler
    }
  }

  public func statistics() -> StoreStatistics { mailbox.withLock { $0.statistics } }

  public func setSignalHandler(_ handler: @escaping @Sendable (StoreSignal) -> Void) {
    mailbox.withLock { $0.handler = handler }
  }

  public func tick() async throws {
    let due = mailbox.withLock { $0.due }
    let isDue =
      due.backoff.map { $0 <= time.moment() } ?? false || due.deadline.map { $0 <= time.timestamp() } ?? false
    if isDue { try await perform { try $0.tick($1) } }
  }

  public func close() async {
    mailbox.withLock { $0.closed = true }
    // The writer's queue is serial: when this comes back, everything before it has been answered.
    try? await database.writeWithoutTransaction { [writer] db in
      // A second close must not touch a connection that is gone.
      guard writer.core != nil else { return }
      writer.core = nil
      // So that the file alone is the whole store, for whoever copies it. The next start would do it too.
      _ = try? db.checkpoint(.truncate)
    }
    try? database.close()
    lock?.release()
  }

  /// Whether ``close()`` was called.
  var isClosed: Bool { mailbox.withLock { $0.closed } }
}
