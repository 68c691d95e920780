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
    let kind = try row(ofKind: task.kind, db)
    try statements.insertTask.run {
      $0.add(sequence)
      $0.add(task.id.text)
      $0.add(kind)
      $0.add(life.state.rawValue)
      $0.add(task.priority)
      $0.add(task.needs.slots)
      $0.add(Int64(bitPattern: task.needs.memory))
      $0.add(task.needs.gpus)
      $0.add(task.oversize)
      $0.add(task.maxAttempts)
      $0.add(wall.milliseconds)
      $0.add(task.deadline?.milliseconds)
      $0.add(task.identity)
      $0.add(labels)
      $0.add(task.input.size)
    }
    guard db.changesCount == 1 else { return try existing(task) ?? .refused(.idTaken) }
    nextTask += 1
    try write(task.input, into: statements.insertInput, key: sequence)
    for other in Set(needed) {
      try statements.insertDependency.run {
        $0.add(sequence)
        $0.add(other)
      }
    }
    statistics.submitted += 1
    if let failedCause {
      _ = life.apply(.dependencyFailed)
      try finish(
        sequence, life: life, from: .waiting, worker: nil, error: try dependencyError(failedCause, db),
        cause: failedCause, known: (task.id.text, task.kind), db)
      return .accepted(.failed)
    }
    _ = book.add(
      TaskBook.NewEntry(
        task: sequence, kind: task.kind, priority: task.priority, needs: task.needs, oversize: task.oversize,
        life: life, unmetDependencies: Array(Set(unmet)), deadline: task.deadline), at: now)
    if life.state == .queued { signal.ready[task.kind, default: 0] += 1 }
    return .accepted(life.state)
  }

  private func existing(_ task: NewTask) throws -> SubmitOutcome? {
    guard let found = try find(task.id.text) else { return nil }
    return found.identity == task.identity ? .existing(found.state) : .refused(.idTaken)
  }

  func find(_ id: String) throws -> (task: Int64, state: TaskState, identity: Data)? {
    try statements.findTask.first {
      $0.add(id)
    } _: { row in
      guard let state = TaskState(rawValue: UInt8(truncatingIfNeeded: row.number(1))) else {
        throw StoreError(.corrupt, "task '\(id)' in the store has a state that does not exist")
      }
      return (row.number(0), state, row.bytes(2) ?? Data())
    }
  }

  /// Writes a payload's row; an empty one has none.
  func write(_ payload: Payload, into statement: HotStatement, key: Int64) throws {
    if payload.size == 0 { return }
    try statement.run {
      $0.add(key)
      switch payload {
      case .bytes(let data):
        $0.add(data)
        $0.addNull()
      case .file(let path, _):
        $0.addNull()
        $0.add(payloadFiles?.name(of: path) ?? path)
      }
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
