import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import TaskModel
import TaskStore

/// What is submitted where tasks come from the prover cluster's table: it is inserted there as a row, as its backend would.
///
/// A task without a row would be one that no backend ever reads.
struct RowIntake: Sendable {
  let rows: any OuterRows
  let context: CoordinatorContext

  func submit(_ specs: [Muster_V1_TaskSpec], by caller: Caller) async throws -> [Muster_V1_SubmitAnswer] {
    if let namespace = caller.namespace {
      let problem = Problem(
        "not_in_row",
        "the prover cluster's table has no place for a namespace, and '\(namespace)' may hand in tasks of its own only; use a certificate of the role admin"
      )
      return specs.map { spec in
        .with {
          $0.id = spec.id
          $0.problem = problem.message
        }
      }
    }
    var answers: [Muster_V1_SubmitAnswer] = []
    for spec in specs { answers.append(try await submit(spec)) }
    return answers
  }

  private func submit(_ spec: Muster_V1_TaskSpec) async throws -> Muster_V1_SubmitAnswer {
    var answer = Muster_V1_SubmitAnswer.with { $0.id = spec.id }
    if let problem = refusal(of: spec) {
      answer.problem = problem.message
      return answer
    }
    // 26 characters, and the table holds 30.
    let id = spec.id.isEmpty ? TaskNames.make(at: context.time.timestamp()) : spec.id
    answer.id = id
    do {
      let outcome = try await rows.insert(
        id: id, circuit: spec.kind, blockID: spec.blockID, input: spec.input, output: nil)
      switch outcome {
      case .inserted: answer.state = .queued
      case .existing(let status):
        answer.existing = true
        answer.state = ["proving": .running, "proved": .done][status] ?? .queued
      case .taken:
        answer.problem =
          Problem(
            "id_taken", "the table has a row '\(id)' with another circuit, block or input; give this one another id"
          ).message
      }
    } catch let error as StoreError where error.code == .unusable {
      answer.problem = Problem("bad_row", error.message).message
    } catch let error as StoreError {
      throw RPCError(
        code: .unavailable, message: error.message, metadata: [APIError.codeMetadataKey: "\(error.codeName)"])
    }
    return answer
  }

  private func refusal(of spec: Muster_V1_TaskSpec) -> Problem? {
    guard spec.hasBlockID else {
      return Problem(
        "no_block_id",
        "tasks come from the prover cluster's table here, and each of its rows has a block; give one with --block-id N")
    }
    guard spec.id.isEmpty || TaskID(spec.id) != nil else {
      return Problem("bad_id", "the task id '\(spec.id.prefix(140))' must be \(TaskID.rule)")
    }
    let given = [
      ("priority", spec.priority != 0), ("labels", !spec.labels.isEmpty), ("a deadline", spec.deadlineUnixMs != 0),
      ("dependencies", !spec.dependsOn.isEmpty),
      ("needs", spec.slots != 0 || spec.memory != 0 || spec.gpus != 0), ("attempts", spec.maxAttempts != 0),
    ].first { $0.1 }
    guard let given else { return nil }
    return Problem(
      "not_in_row",
      "the prover cluster's table has no place for \(given.0); leave it out, or set it for the kind in the coordinator's file"
    )
  }
}
