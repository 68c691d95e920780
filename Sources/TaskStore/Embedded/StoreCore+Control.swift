import Foundation
import GRDB
import MusterCore
import TaskModel

extension StoreCore {
  func cancel(_ id: TaskID, reason: String, _ db: Database) throws -> ChangeOutcome {
    guard let found = try find(id.text) else { return .unknown }
    if found.state.isFinal { return .unchanged(found.state) }
    changes.removeAll(keepingCapacity: true)
    guard case .moved? = book.apply(.cancelled, to: found.task, at: time.moment(), changes: &changes) else {
      throw StoreError(.corrupt, "task '\(id)' is not final in the store but unknown in memory")
    }
    if let change = changes.first, let token = change.endedToken {
      try note(attempt: token, worker: change.worker ?? "", outcome: "cancelled by request", error: reason, db)
    }
    try writeChanges(db, error: reason, stopping: true)
    return .changed(.cancelled)
  }

  func tick(_ db: Database) throws {
    changes.removeAll(keepingCapacity: true)
    book.tick(at: time.moment(), wall: time.timestamp(), changes: &changes)
    for change in changes {
      if let token = change.endedToken {
        try note(attempt: token, worker: change.worker ?? "", outcome: "deadline", error: "its deadline passed", db)
      }
    }
    // Each is asked for by the clock, so each gets the clock's sentence.
    let all = changes
    for change in all {
      changes = [change]
      try writeChanges(db, error: change.life.state.isFinal ? "its deadline passed" : nil, stopping: true)
    }
  }

  func dismiss(worker: String, reason: String, _ db: Database) throws {
    let held = book.workers[worker].map { Array($0.held) } ?? book.heldTasks(of: worker)
    for task in held.sorted() {
      guard let token = book.life(of: task)?.token else { continue }
      _ = try exchange(
        Exchange(worker: worker, ends: [EndReport(token: token, end: .lost, error: reason)]), db)
    }
    book.dismiss(worker: worker)
  }
}
