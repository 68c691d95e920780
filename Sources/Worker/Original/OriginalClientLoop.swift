import CoordinatorAPI
import Foundation
import GRPCCore
import Logging
import MusterCore
import TaskModel

/// One slot of a client of an original coordinator: polls, runs, submits, one task at a time.
struct OriginalClientLoop: Sendable {
  let configuration: OriginalClientConfiguration
  let prover: String
  let slot: Int
  let runner: any TaskRunner
  let time: any Timekeeper
  let leaving: Latch
  let logger: Logger

  /// Returns when the client leaves, or the connection has been used for long enough, and its task, if it has one, is submitted:
  /// over the connection over which it came.
  func run(over upstream: OriginalUpstream) async throws {
    let end = time.moment() + configuration.connectionLife
    while !leaving.isOpen, time.moment() < end {
      // After a proof that was taken the next task is asked for at once. After anything else the coordinator, which
      // may hand out the same task again, is left alone for an interval.
      if try await step(upstream) { continue }
      try await time.sleep(for: configuration.pollInterval, orUntil: leaving)
    }
  }

  /// - Returns: whether a proof was accepted.
  private func step(_ upstream: OriginalUpstream) async throws -> Bool {
    guard let task = try await poll(upstream) else { return false }
    guard task.circuit.lowercased() == configuration.circuit.lowercased() else {
      logger.error(
        "Task \(task.id) is of circuit \(task.circuit) and this client serves \(configuration.circuit): left alone.")
      return false
    }
    let result = await attempt(task)
    try Task.checkCancellation()
    guard result.outcome == .done else {
      logger.error("Task \(task.id) was not proved: \(result.error)")
      return false
    }
    return try await submit(task, proof: result.result, to: upstream)
  }

  private func poll(_ upstream: OriginalUpstream) async throws -> Cluster_Task? {
    let request = Cluster_PollTaskRequest.with {
      $0.proverID = prover
      $0.circuit = configuration.circuit
      $0.timestamp = time.timestamp().milliseconds
    }
    do {
      return try await upstream.call(until: leaving) { try await $0.pollTask(request, options: $1) }
    } catch let error as RPCError where error.code == .resourceExhausted {
      return nil
    }
  }

  private func attempt(_ task: Cluster_Task) async -> AttemptResult {
    let request = AttemptRequest(
      token: Token(epoch: 0, number: UInt64(slot)), taskID: task.id, kind: configuration.kind, input: task.input,
      output: task.hasOutput ? task.output : nil, needs: configuration.kind.needs, timeout: configuration.kind.timeout,
      slot: slot, maxResult: CoordinatorTransport.maxMessageBytes - 4096, worker: prover)
    logger.info("Task \(task.id) begins.")
    if let result = runner.runAtOnce(request) { return result }
    return await runner.run(request, started: {}) { text in
      logger.debug("Task \(task.id): \(String(decoding: text, as: UTF8.self))")
    }
  }

  /// A proof is offered until it is judged, drain or not: the coordinator would wait for it for ever.
  private func submit(_ task: Cluster_Task, proof: Data, to upstream: OriginalUpstream) async throws -> Bool {
    let request = Cluster_SubmitProofRequest.with {
      $0.proverID = prover
      $0.taskID = task.id
      $0.circuit = task.circuit
      $0.proof = proof
      $0.timestamp = time.timestamp().milliseconds
    }
    let answer: Cluster_SubmitProofResponse?
    do {
      answer = try await upstream.call(until: nil) { try await $0.submitProof(request, options: $1) }
    } catch let error as WorkerError {
      // The task's fault, or its coordinator's: no reason for the client to end.
      logger.error("The proof of task \(task.id) was not taken. \(error.message)")
      return false
    }
    guard answer?.valid == true else {
      logger.warning("The coordinator says that the proof of task \(task.id) is not valid.")
      return false
    }
    logger.info("Task \(task.id) is proved.")
    return true
  }
}
