import Executors
import Foundation
import Logging
import MusterCore
import TaskModel

/// Runs a kind's verifier on a result.
struct ResultJudge: Sendable {
  enum Verdict: Sendable, Hashable {
    /// With what the verifier printed to stdout; nil if that was more than ``mostOutput``.
    case valid(output: Data?)
    /// With what the verifier said.
    case invalid(String)
    /// The verifier itself failed: says nothing about the result.
    case error(String)
  }

  /// Bytes of a verifier's output that are kept: for a store whose table has a place for a proof's public input.
  static let mostOutput = 1 << 20

  let host: ExecutorHost
  let timeout: Duration
  /// Shared by all that verify: stored results and proofs of the original protocol.
  let slots: SlotLimit

  /// What stands in a table of results as the public input: nothing if nothing was printed.
  ///
  /// - Parameter output: of a verifier that found the result valid; nil if it was too long.
  static func publicInput(_ output: Data?, kind: String, task: TaskID, logger: Logger) -> Data? {
    guard let output else {
      logger.warning(
        "the verifier printed over \(mostOutput) bytes to its standard output; they are not kept as the public input",
        metadata: ["kind": "\(kind)", "task": "\(task)"])
      return nil
    }
    return output.isEmpty ? nil : output
  }

  /// - Parameter kind: has a verifier.
  func judge(kind: KindDefinition, task: TaskID, input: Data, result: Data) async -> Verdict {
    guard let verifier = kind.verifier else {
      return .error("the coordinator's file has no verifier for the kind '\(kind.name)'; put it back there")
    }
    await slots.take()
    defer { slots.giveBack() }
    var environment = ["MUSTER_TASK_ID": task.text, "MUSTER_KIND": kind.name]
    for name in ["PATH", "HOME", "LANG"] + kind.environment {
      if let value = ProcessInfo.processInfo.environment[name] { environment[name] = value }
    }
    let request = ExecutorRequest(
      stages: [verifier], placeholders: kind.placeholders.merging(["task.id": task.text]) { $1 }, input: Array(input),
      environment: environment, extraFiles: ["result": Array(result)], timeout: timeout, outputIsResult: false,
      keptOutput: Self.mostOutput, sandbox: kind.sandbox)
    let outcome = await host.run(request)
    switch outcome.end {
    case .done: return .valid(output: outcome.output.map { Data($0) })
    case .failed(exitCode: 1): return .invalid(outcome.message)
    case .failed, .retry, .signalled, .timedOut, .memoryExceeded, .cancelled, .unrunnable:
      return .error(outcome.message.isEmpty ? "the verifier ended with exit code \(outcome.exitCode)" : outcome.message)
    }
  }
}
