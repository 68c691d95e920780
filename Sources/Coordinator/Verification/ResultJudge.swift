import Executors
import Foundation
import MusterCore
import TaskModel

/// Runs a kind's verifier on a result.
struct ResultJudge: Sendable {
  enum Verdict: Sendable, Hashable {
    case valid
    /// With what the verifier said.
    case invalid(String)
    /// The verifier itself failed: says nothing about the result.
    case error(String)
  }

  let host: ExecutorHost
  let timeout: Duration
  /// Shared by all that verify: stored results and proofs of the original protocol.
  let slots: SlotLimit

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
      environment: environment, extraFiles: ["result": Array(result)], timeout: timeout, outputIsResult: false)
    let outcome = await host.run(request)
    switch outcome.end {
    case .done: return .valid
    case .failed(exitCode: 1): return .invalid(outcome.message)
    case .failed, .retry, .signalled, .timedOut, .memoryExceeded, .cancelled, .unrunnable:
      return .error(outcome.message.isEmpty ? "the verifier ended with exit code \(outcome.exitCode)" : outcome.message)
    }
  }
}
