import Foundation
import GRDB
import MusterCore
import TaskModel

extension StoreCore {
  func submit(_ tasks: [NewTask], _ db: Database) throws -> [SubmitOutcome] {
    let now = time.moment()
    let wall = time.timestamp()
    return try tasks.map { task in
      let outcome = try submit(task, db, now, wall)
      if case .accepted = outcome { return outcome }
      drop(task.input)
      return outcome
    }
  }

  private func submit(_ task: NewTask, _ db: Database, _ now: Moment, _ wall: Timestamp) throws -> SubmitOutcome {
    var unmet: [Int64] = []
    var needed: [Int64] = []
    var failedCause: Int64?
    for dependency in task.dependsOn {
      guard let found = try find(dependency.text) else {
        // Asked before the id is looked at: a repeated submission whose dependency was deleted since is still the same task.
        if let same = try existing(task) { return same }
        return .refused(.unknownDependency(dependency))
      }
      needed.append(found.task)
      if found.state != .done { unmet.append(found.task) }
      if found.state == .failed || found.state == .cancelled { failedCause = found.task }
    }
    if book.cannotHold(kind: task.kind, needs: task.needs, oversize: task.oversize) {
      return try existing(task) ?? .refused(.tooManySorts)
    }
    let sequence = nextTask
    var life = TaskLife(waiting: !unmet.isEmpty, maxAttempts: task.maxAttempts)
    let labels = task.labels.isEmpty ? nil : try Self.encode(labels: task.labels)
    try statements.insertTask.run([
      sequence, task.id.text, try row(ofKind: task.kind, db), life.state.rawValue, task.priority, task.needs.slots,
      Int64(bitPattern: task.needs.memory), task.needs.gpus, task.oversize, task.maxAttempts, wall.milliseconds,
      task.deadline?.milliseconds, task.identity, labels, task.input.size,
    ])
    guard db.changesCount == 1 else {
      return try existing(task) ?? .refused(.idTaken)
    }
    nextTask += 1
    try write(task.input, into: statements.insertInput, key: sequence)
    for other in Set(needed) { try statements.insertDependency.run([sequence, other]) }
    statistics.submitted += 1
    if let failedCause {
      _ = life.apply(.dependencyFailed)
      try finish(
        sequence, life: life, from: .waiting, worker: nil, error: try dependencyError(failedCause, db),
        cause: failedCause,
        known: (task.id.text, task.kind), db)
      return .accepted(.failed)
    }
    _ = book.add(
      TaskBook.NewEntry(
        task: sequence, kind: task.kind, priority: task.priority, needs: task.needs, oversize: task.oversize,
        life: life,
        unmetDependencies: Array(Set(unmet)), deadline: task.deadline), at: now)
    if life.state == .queued { signal.ready[task.kind, default: 0] += 1 }
    return .accepted(life.state)
  }

  private func existing(_ task: NewTask) throws -> SubmitOutcome? {
    guard let found = try find(task.id.text) else { return nil }
    return found.identity == task.identity ? .existing(found.state) : .refused(.idTaken)
  }

  func find(_ id: String) throws -> (task: Int64, state: TaskState, identity: Data)? {
    statements.findTask.setUncheckedArguments([id])
    guard let row = try Row.fetchOne(statements.findTask), let state = TaskState(rawValue: row[1]) else { return nil }
    return (row[0], state, row[2])
  }

  /// Writes a payload's row; an empty one has none.
  func write(_ payload: Payload, into statement: Statement, key: Int64) throws {
    switch payload {
    case .bytes(let data) where data.isEmpty: break
    case .bytes(let data): try statement.run([key, data, nil])
    case .file(let path, _): try statement.run([key, nil, payloadFiles?.name(of: path) ?? path])
    }
  }

  /// Has no use for a payload: if it is a file, it is removed after the commit, unless a row names it by then.
  func drop(_ payload: Payload) {
    guard case .file(let path, _) = payload, let files = payloadFiles else { return }
    unusedFiles.append(files.name(of: path))
  }

  static func encode(labels: [String: String]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(labels), as: UTF8.self)
  }

  func dependencyError(_ cause: Int64, _ db: Database) throws -> String {
    let row = try Row.fetchOne(db, sql: "SELECT id, state, error FROM task WHERE seq = ?", arguments: [cause])
    guard let row, let state = TaskState(rawValue: row[1]) else { return "a task that it depends on is gone" }
    let verb = state == .cancelled ? "was cancelled" : "failed"
    return "it depends on task '\(row[0] as String)', which \(verb)"
  }
}
