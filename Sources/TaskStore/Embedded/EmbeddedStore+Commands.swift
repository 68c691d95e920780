import Foundation
import MusterCore
import TaskModel

extension EmbeddedStore {
  public func define(_ kinds: [KindDefinition], keep: Duration) async throws {
    try await perform { core, _ in core.define(kinds, keep: keep) }
  }

  public func submit(_ tasks: [NewTask]) async throws -> [SubmitOutcome] {
    try await perform { try $0.submit(tasks, $1) }
  }

  public func cancel(_ ids: [TaskID], reason: String) async throws -> [ChangeOutcome] {
    try await perform { core, db in try ids.map { try core.cancel($0, reason: reason, db) } }
  }

  public func retry(_ ids: [TaskID]) async throws -> [ChangeOutcome] {
    try await perform { core, db in try ids.map { try core.retry($0, db) } }
  }

  public func enroll(_ worker: RosterWorker) async throws {
    try await perform { core, _ in core.book.enroll(worker) }
  }

  public func setAccepting(_ accepting: Bool, worker: String) async throws {
    try await perform { core, _ in core.book.setAccepting(accepting, worker: worker) }
  }

  public func setAside(worker: String, kind: String, rule: SetAsideRule?) async throws {
    try await perform { core, _ in core.book.setAside(worker: worker, kind: kind, rule: rule) }
  }

  public func held(by worker: String) async throws -> [Token] {
    try await perform { core, _ in
      (core.book.workers[worker].map { Array($0.held) } ?? core.book.heldTasks(of: worker)).compactMap {
        core.book.life(of: $0)?.token
      }
    }
  }

  public func unstarted(of worker: String) async throws -> [(token: Token, since: Moment)] {
    try await perform { core, _ in core.book.unstarted(of: worker).map { ($0.token, $0.since) } }
  }

  public func recallable(after patience: Duration) async throws -> [StoppedAttempt] {
    try await perform { core, _ in
      core.book.recallable(after: patience, at: core.time.moment()).map {
        StoppedAttempt(worker: $0.worker, token: $0.token)
      }
    }
  }

  public func dismiss(worker: String, reason: String) async throws {
    try await perform { try $0.dismiss(worker: worker, reason: reason, $1) }
  }

  public func holders() async throws -> [String] {
    try await perform { core, _ in core.book.holders().sorted() }
  }

  public func exchange(_ exchange: Exchange) async throws -> ExchangeOutcome {
    try await perform { try $0.exchange(exchange, $1) }
  }

  public func usable(_ tokens: [Token]) async throws -> Set<Token> {
    try await perform { core, db in Set(try tokens.filter { try core.isUsable($0, db) }) }
  }

  public func judge(_ judgements: [Judgement]) async throws -> [EndOutcome] {
    try await perform { core, db in try judgements.map { try core.judge($0, db) } }
  }

  public func unverified() async throws -> [UnverifiedResult] { try await perform { try $0.unverified($1) } }

  public func expire(limit: Int) async throws -> Int { try await perform { try $0.expire(limit: limit, $1) } }

  public func why(_ id: TaskID) async throws -> [WaitingReason] {
    try await perform { core, _ in
      guard let found = try core.find(id.text) else { return [] }
      return core.book.why(found.task, at: core.time.moment())
    }
  }

  public func workers() async throws -> [RosterWorker] {
    try await perform { core, _ in core.book.workers.values.sorted { $0.name < $1.name } }
  }

  public func queuedByKind() async throws -> [String: Int] { try await perform { core, _ in core.book.queuedByKind } }

  public func appendLogs(_ pieces: [LogPiece]) async throws {
    try await perform { core, _ in
      for piece in pieces {
        try core.statements.insertLog.run {
          $0.add(Int64(bitPattern: piece.token.number))
          $0.add(piece.text)
          $0.add(piece.dropped)
        }
      }
    }
  }

  public func keep(_ payload: Data) async throws -> Payload {
    guard let files = payloadFiles, payload.count > PayloadFiles.inlineBound else { return .bytes(payload) }
    let name = try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try files.write(payload) }) }
    }
    return .file(path: files.path(of: name), size: payload.count)
  }

  public func discard(_ payloads: [Payload]) {
    guard let files = payloadFiles else { return }
    let names = payloads.compactMap { payload -> String? in
      guard case .file(let path, _) = payload else { return nil }
      return files.name(of: path)
    }
    if !names.isEmpty { removeLater(names) }
  }
}
