import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import TaskModel
import TaskStore

extension MusterAPI {
  /// Submits; one answer a task, in order.
  func submit(_ specs: [Muster_V1_TaskSpec], by caller: Caller) async throws -> [Muster_V1_SubmitAnswer] {
    if let rows = context.store.outerRows {
      let answers = try await RowIntake(rows: rows, context: context).submit(specs, by: caller)
      audit(answers, by: caller)
      return answers
    }
    let intake = Intake(context: context, caller: caller)
    let foreign = try await foreignDependencies(specs, caller)
    let room = try await admit(specs, caller)
    var answers = [Muster_V1_SubmitAnswer](repeating: .init(), count: specs.count)
    var tasks: [NewTask] = []
    var positions: [Int] = []
    tasks.reserveCapacity(specs.count)
    positions.reserveCapacity(specs.count)
    let outcomes: [SubmitOutcome]
    do {
      // Once for all: who pushes at this limit does so with thousands.
      let full = room.count < specs.count ? overAllowance(caller, retryAfter: room.retryAfter) : nil
      for (position, spec) in specs.enumerated() {
        let checked =
          if position >= room.count, let full { Result<NewTask, Problem>.failure(full) } else {
            try await answering { try await intake.check(spec, foreign: foreign) }
          }
        switch checked {
        case .success(let task):
          tasks.append(task)
          positions.append(position)
        case .failure(let problem):
          answers[position].id = spec.id
          answers[position].problem = problem.message
        }
      }
      outcomes = try await answering { try await context.store.submit(tasks) }
    } catch {
      context.store.discard(tasks.map(\.input))
      throw error
    }
    for (index, outcome) in outcomes.enumerated() {
      let position = positions[index]
      answers[position].id = tasks[index].id.text
      switch outcome {
      case .accepted(let state): answers[position].state = state.message
      case .existing(let state):
        answers[position].state = state.message
        answers[position].existing = true
      // A submitter is not told whether a task of the same id, maybe another's, is the same but for its input.
      case .refused(.idTaken) where caller.namespace != nil:
        answers[position].problem = Intake.taken(tasks[index].id.text).message
      case .refused(let refusal): answers[position].problem = Intake.problem(refusal, task: tasks[index]).message
      }
    }
    try await hideForeign(&answers, caller)
    try await undoForeign(&answers, specs, caller)
    audit(answers, by: caller)
    return answers
  }

  /// Tasks on which the caller's would depend and that are neither his own nor among those that he hands in.
  private func foreignDependencies(_ specs: [Muster_V1_TaskSpec], _ caller: Caller) async throws -> Set<TaskID> {
    guard caller.namespace != nil else { return [] }
    let ids = Set(specs.lazy.flatMap { $0.dependsOn.compactMap { TaskID($0) } })
    if ids.isEmpty { return [] }
    let scope = context.scope(caller)
    return try await answering {
      let foreign = try await scope.foreign(among: Array(ids))
      let handedIn = Set(specs.lazy.compactMap { TaskID($0.id) }).subtracting(foreign)
      return ids.subtracting(try await scope.own(among: Array(ids))).subtracting(handedIn)
    }
  }

  /// How many of the first tasks the caller's namespace has room for.
  private func admit(
    _ specs: [Muster_V1_TaskSpec], _ caller: Caller
  ) async throws -> (count: Int, retryAfter: Duration) {
    guard let namespace = caller.namespace, !specs.isEmpty else { return (specs.count, .zero) }
    return try await answering {
      try await context.allowances.admit(namespace, sizes: specs.map(\.input.count)) { [context] in
        try await context.store.backlog(of: $0)
      }
    }
  }

  private func overAllowance(_ caller: Caller, retryAfter: Duration) -> Problem {
    let limit = context.allowances.limit
    context.refusals.count(
      "over_allowance", "\(caller.words) has as much unfinished as it may have", address: caller.address)
    return Problem(
      "queue_full",
      "namespace '\(caller.namespace ?? "")' has as much unfinished as it may have (\(limit.tasks) tasks, \(limit.bytes) bytes of inputs); hand this in again when some have ended",
      retryAfter: retryAfter)
  }

  /// An id that somebody else has is taken; what his task is and how it stands is not told.
  private func hideForeign(_ answers: inout [Muster_V1_SubmitAnswer], _ caller: Caller) async throws {
    guard caller.namespace != nil else { return }
    let existing = answers.filter(\.existing).compactMap { TaskID($0.id) }
    let foreign = try await answering { try await context.scope(caller).foreign(among: existing) }
    if foreign.isEmpty { return }
    for index in answers.indices where TaskID(answers[index].id).map(foreign.contains) ?? false {
      answers[index] = .with {
        $0.id = answers[index].id
        $0.problem = Intake.taken(answers[index].id).message
      }
    }
  }

  /// A task on which the caller's depends may have been handed in by another between the look and the submission, under an id
  /// that the caller handed in, too.
  private func undoForeign(
    _ answers: inout [Muster_V1_SubmitAnswer], _ specs: [Muster_V1_TaskSpec], _ caller: Caller
  ) async throws {
    guard caller.namespace != nil else { return }
    let ids = Set(specs.lazy.flatMap { $0.dependsOn.compactMap { TaskID($0) } })
    let foreign = try await answering { try await context.scope(caller).foreign(among: Array(ids)) }
    if foreign.isEmpty { return }
    for index in answers.indices where !answers[index].hasProblem && !answers[index].existing {
      guard let other = specs[index].dependsOn.first(where: { TaskID($0).map(foreign.contains) ?? false }),
        let id = TaskID(answers[index].id)
      else { continue }
      _ = try await answering { try await context.store.cancel([id], reason: "it depends on another's task") }
      answers[index] = .with {
        $0.id = id.text
        $0.problem = Intake.unknownDependency(id, other).message
      }
    }
  }

  private func audit(_ answers: [Muster_V1_SubmitAnswer], by caller: Caller) {
    let accepted = answers.lazy.filter { !$0.hasProblem && !$0.existing }
    context.audit.add("submit", by: caller, accepted.prefix(20).map(\.id), count: accepted.count)
  }
}
