import Executors
import Foundation
import MusterCore

/// Runs attempts as programs: the stages of their kind, under an ``ExecutorHost``.
public struct ExecutorRunner: TaskRunner {
  private let host: ExecutorHost
  /// What this process was started with; only the part that a kind names reaches its programs.
  private let environment: [String: String]

  /// - Parameter environment: normally that of this process.
  public init(host: ExecutorHost, environment: [String: String] = ProcessInfo.processInfo.environment) {
    self.host = host
    self.environment = environment
  }

  public func run(
    _ request: AttemptRequest, started: @escaping @Sendable () -> Void, log: @escaping @Sendable (Data) -> Void
  ) async -> AttemptResult {
    let outcome = await host.run(
      Self.executorRequest(request, environment: environment), started: started, log: { log(Data($0)) })
    return AttemptResult(outcome)
  }

  static func executorRequest(_ request: AttemptRequest, environment: [String: String]) -> ExecutorRequest {
    var placeholders = request.kind.placeholders
    placeholders["task.id"] = request.taskID
    placeholders["attempt"] = String(request.attempt)
    placeholders["slot"] = String(request.slot)
    var executor = ExecutorRequest(
      stages: request.kind.stages, placeholders: placeholders, input: Array(request.input),
      environment: variables(of: request, environment: environment), timeout: request.timeout,
      memoryLimit: request.needs.memory, sandbox: request.kind.sandbox)
    // The name under which the prover cluster's programs find it.
    if let output = request.output { executor.extraFiles["output.json"] = Array(output) }
    if let maxResult = request.maxResult { executor.maxResult = maxResult }
    return executor
  }

  /// `PATH`, `HOME`, `LANG`, what the kind names, and what identifies the attempt. Nothing else of our own environment:
  /// a program must not see the worker's credentials.
  static func variables(of request: AttemptRequest, environment: [String: String]) -> [String: String] {
    var variables: [String: String] = [:]
    for name in ["PATH", "HOME", "LANG"] + request.kind.environment { variables[name] = environment[name] }
    variables["MUSTER_TASK_ID"] = request.taskID
    variables["MUSTER_KIND"] = request.kind.name
    variables["MUSTER_ATTEMPT"] = String(request.attempt)
    variables["MUSTER_SLOT"] = String(request.slot)
    variables["MUSTER_WORKER"] = request.worker
    if !request.gpus.isEmpty {
      let devices = request.gpus.map(String.init).joined(separator: ",")
      variables["MUSTER_GPUS"] = devices
      variables["CUDA_VISIBLE_DEVICES"] = devices
    }
    return variables
  }
}

extension AttemptResult {
  init(_ outcome: ExecutorOutcome) {
    self.init(
      outcome: .done, error: outcome.message, exitCode: outcome.exitCode, runTime: outcome.runTime,
      peakMemory: outcome.peakMemory)
    switch outcome.end {
    case .done(let result): self.result = Data(result)
    case .retry: self.outcome = .retry
    case .failed, .signalled: self.outcome = .failed
    case .timedOut: self.outcome = .timeout
    case .memoryExceeded: self.outcome = .memory
    case .cancelled: self.outcome = .cancelled
    case .unrunnable: self.outcome = .unrunnable
    }
  }
}
