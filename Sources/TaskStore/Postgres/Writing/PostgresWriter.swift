import Logging
import MusterCore
import PostgreSQL
import Synchronization

/// One writing connection with group commit: whatever waits when it is free goes into one transaction.
///
/// What the database's own peculiarities make of a transaction is settled here: one that lost against another (deadlock,
/// serialization failure) is run again; one whose commit was cut off is looked up by its mark before anyone is answered;
/// one request that the database refuses does not take the others with it.
final class PostgresWriter<D: WriterDesk>: Sendable {
  fileprivate enum Command: Sendable {
    case item(D.Item, answer: @Sendable (Result<D.Answer, any Error>) -> Void)
    case other(run: @Sendable (D, PostgresSession) throws -> @Sendable () -> Void, fail: @Sendable (any Error) -> Void)

    func fail(_ error: any Error) {
      switch self {
      case .item(_, let answer): answer(.failure(error))
      case .other(_, let fail): fail(error)
      }
    }

    var weight: Int {
      switch self {
      case .item(let item, _): D.weight(item)
      case .other: 1
      }
    }
  }

  private struct Mailbox {
    var commands: [Command] = []
    var closed = false
    var statistics = StoreStatistics()
  }

  /// A commit waits for all that share it: a bound on how long that may take.
  private static var largestBatch: Int { 4096 }
  private static var mostTries: Int { 12 }

  private let desk: D
  private let name: String
  private let way: ConnectionWay
  private let time: any Timekeeper
  private let logger: Logger
  private let signals: SignalBox
  private let mailbox = Mutex(Mailbox())
  private let bell = Bell()
  private let ended = Bell()
  private let line: WriterLine
  private let mark = CommitMark()

  init(_ desk: D, name: String, way: ConnectionWay, time: any Timekeeper, logger: Logger, signals: SignalBox) {
    self.desk = desk
    self.name = name
    self.way = way
    self.time = time
    self.logger = logger
    self.signals = signals
    line = WriterLine(way: way, name: name)
    Task { await self.work() }
  }

  var statistics: StoreStatistics { mailbox.withLock { $0.statistics } }

  // MARK: Asking

  func send(_ item: D.Item) async throws -> D.Answer {
    try await withCheckedThrowingContinuation { continuation in
      enqueue(.item(item) { continuation.resume(with: $0) })
    }
  }

  /// Runs `body` in the next transaction; returns when that is committed.
  func perform<R: Sendable>(_ body: @escaping @Sendable (D, PostgresSession) throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
      enqueue(
        .other(
          run: { desk, db in
            let result = try body(desk, db)
            return { continuation.resume(returning: result) }
          }, fail: { continuation.resume(throwing: $0) }))
    }
  }

  private func enqueue(_ command: Command) {
    let refused = mailbox.withLock { mailbox in
      if mailbox.closed { return true }
      mailbox.commands.append(command)
      return false
    }
    if refused { return command.fail(StoreError.closed) }
    bell.ring()
  }

  /// Returns when the signals of everything that was answered before are out.
  func settle() async { _ = try? await perform { _, _ in } }

  func close() async {
    mailbox.withLock { $0.closed = true }
    bell.ring()
    await ended.wait()
    // For whoever closes it again.
    ended.ring()
  }

  // MARK: Working

  private func work() async {
    while true {
      let (batch, closed) = mailbox.withLock { mailbox in (Self.takeBatch(&mailbox.commands), mailbox.closed) }
      if !batch.isEmpty {
        await run(batch)
      } else if closed {
        break
      } else {
        await bell.wait()
      }
    }
    await leave()
    await line.close()
    ended.ring()
  }

  private func leave() async {
    guard let connection = await line.current else { return }
    _ = try? await connection.perform { [mark] db in try mark.remove(db) }
  }

  private static func takeBatch(_ commands: inout [Command]) -> [Command] {
    var weight = 0
    var count = 0
    while count < commands.count {
      weight += commands[count].weight
      if count > 0, weight > largestBatch { break }
      count += 1
    }
    defer { commands.removeFirst(count) }
    return Array(commands.prefix(count))
  }

  private func run(_ batch: [Command]) async {
    var tries = 0
    while true {
      let connection: PostgresConnection
      do {
        connection = try await line.connection()
      } catch {
        return fail(batch, error)
      }
      let before = desk.save()
      let attempt = CommitAttempt()
      let begin = time.moment()
      do {
        try await connection.perform { [self] db in try transact(batch, db, attempt) }
        return finish(batch, attempt, took: time.moment() - begin)
      } catch {
        let problem = error as? PostgresError
        if let problem, problem.isConnectionLost {
          await line.drop(problem)
          // The desk stays as the transaction left it until it is known what became of that.
          if await wasCommitted(attempt) { return finish(batch, attempt, took: time.moment() - begin) }
          desk.restore(before)
          // It is known now that nothing was done, so it may be done again. If the database is away, there is no connection.
          guard tries < Self.mostTries else { return fail(batch, error) }
          tries += 1
          continue
        }
        desk.restore(before)
        guard problem?.isTransient == true, tries < Self.mostTries else { return await failOrIsolate(batch, error) }
        tries += 1
        logger.info("a transaction lost against another and is run again", metadata: ["why": "\(error)"])
        try? await SystemTime().sleep(for: .milliseconds(Int.random(in: 1...(5 << min(tries, 6)))))
      }
    }
  }

  private func transact(_ batch: [Command], _ db: PostgresSession, _ attempt: CommitAttempt) throws {
    var items: [D.Item] = []
    for case .item(let item, _) in batch { items.append(item) }
    do {
      try way.clock?.set(db)
      if !items.isEmpty { try desk.prepare(items, db) }
      try db.run("BEGIN ISOLATION LEVEL READ COMMITTED")
      var answers: [@Sendable () -> Void] = []
      for case .other(let run, _) in batch { answers.append(try run(desk, db)) }
      if !items.isEmpty {
        var outcomes = try desk.process(items, db).makeIterator()
        for case .item(_, let answer) in batch {
          guard let outcome = outcomes.next() else { continue }
          answers.append { answer(.success(outcome)) }
        }
      }
      attempt.answers = answers
      attempt.mark = try mark.leave(db)
      attempt.wasSent = true
      try db.run("COMMIT")
    } catch {
      if (error as? PostgresError)?.isConnectionLost != true { try? db.run("ROLLBACK") }
      throw error
    }
  }

  /// Finds out what became of a transaction whose connection was lost.
  private func wasCommitted(_ attempt: CommitAttempt) async -> Bool {
    guard attempt.wasSent else { return false }
    guard let left = attempt.mark else { return true }
    logger.warning("the database's connection was cut during a commit; asking what became of it")
    while true {
      do {
        let connection = try await line.connection()
        return try await connection.perform { [mark, way] db in
          try way.clock?.set(db)
          return try mark.isLast(left, db)
        }
      } catch {
        if (error as? PostgresError)?.isConnectionLost == true { await line.drop(error) }
        if mailbox.withLock({ $0.closed }) { return false }
      }
      try? await SystemTime().sleep(for: .milliseconds(100))
    }
  }

  private func finish(_ batch: [Command], _ attempt: CommitAttempt, took: Duration) {
    let nanoseconds = UInt64(max(took.wholeNanoseconds, 0))
    mailbox.withLock { mailbox in
      let previous = mailbox.statistics
      mailbox.statistics = desk.statistics
      mailbox.statistics.commits = previous.commits + 1
      mailbox.statistics.commands = previous.commands + UInt64(batch.count)
      mailbox.statistics.commitNanoseconds = previous.commitNanoseconds + nanoseconds
      mailbox.statistics.slowestCommitNanoseconds = max(previous.slowestCommitNanoseconds, nanoseconds)
      mailbox.statistics.commitFailures = previous.commitFailures
    }
    let signal = desk.takeSignal()
    for answer in attempt.answers { answer() }
    signals.give(signal)
  }

  private func failOrIsolate(_ batch: [Command], _ error: any Error) async {
    guard batch.count > 1 else {
      logger.error("a request was refused by the database; nothing of it was done: \(error)")
      return fail(batch, error)
    }
    for command in batch { await run([command]) }
  }

  private func fail(_ batch: [Command], _ error: any Error) {
    _ = desk.takeSignal()
    // That the database is away is told while it is; it is nobody's failure once it is back.
    if (error as? PostgresError)?.isConnectionLost != true { mailbox.withLock { $0.statistics.commitFailures += 1 } }
    for command in batch { command.fail(error) }
  }
}

/// How far a transaction came.
private final class CommitAttempt: @unchecked Sendable {
  // Written on the connection's thread, read after that has answered.
  var answers: [@Sendable () -> Void] = []
  /// Nil: nothing was changed.
  var mark: Int64?
  /// The commit was sent: from here on only the database knows.
  var wasSent = false
}
