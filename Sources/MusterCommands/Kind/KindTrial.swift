import Executors
import MusterCore
import Settings
import TaskModel
import Terminal
import Worker

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Does the work of `muster kind check`: one attempt and one judgement, as a worker and a coordinator make them.
struct KindTrial {
  private let command: KindCheck

  init(_ command: KindCheck) { self.command = command }

  func run() async throws {
    let context = CommandContext.current
    let settings = try CoordinatorSettings.load(
      .ofProcess(configFile: command.file, environment: context.environment, cores: ThisProgram.cores))
    let kind = try find(settings.kinds)
    let input = try command.inputFile.map { try InputFile.read($0) } ?? Data((command.input ?? "").utf8)
    let output = command.output.output
    let view = try await withExecutors(state: settings.state) { host in
      let attempt = AttemptRequest(
        token: Token(epoch: 0, number: 0), taskID: "check", kind: kind, input: input, needs: kind.needs,
        timeout: kind.timeout, gpus: Array(0..<Int(kind.needs.gpus)), maxResult: Int(clamping: settings.maxResult),
        worker: "check")
      let log = LogEcho(output)
      let result = await ExecutorRunner(host: host, environment: context.environment).run(
        attempt, started: {}, log: { log.take($0) })
      var view = KindTrialView(kind: kind.name, executor: .init(result), result: nil, verifier: nil)
      if result.outcome == .done {
        view.result = result.result
        if let verifier = kind.verifier {
          view.verifier = .init(
            await host.run(judgement(kind, verifier, input, result.result, context.environment)) {
            } log: {
              log.take(Data($0))
            })
        }
      }
      view.log = log.text
      return view
    }
    try view.print(output)
    if !view.isGood { throw QuietExit(status: ExitStatus.failure) }
  }

  private func find(_ kinds: [KindDefinition]) throws -> KindDefinition {
    guard let kind = kinds.first(where: { $0.name == command.kind }) else {
      let names = kinds.map(\.name).joined(separator: ", ")
      throw CommandError(
        .badArgument,
        "the configuration defines no kind '\(command.kind)'; "
          + (names.isEmpty ? "it defines none: name a file with -c" : "it defines \(names)"))
    }
    if kind.stages.isEmpty {
      throw CommandError(
        .badArgument, "the kind '\(kind.name)' has no executor in this configuration; there is nothing to run")
    }
    return kind
  }

  private func judgement(
    _ kind: KindDefinition, _ verifier: [String], _ input: Data, _ result: Data, _ environment: [String: String]
  ) -> ExecutorRequest {
    var variables = ["MUSTER_TASK_ID": "check", "MUSTER_KIND": kind.name]
    for name in ["PATH", "HOME", "LANG"] + kind.environment { variables[name] = environment[name] }
    return ExecutorRequest(
      stages: [verifier], placeholders: kind.placeholders.merging(["task.id": "check"]) { $1 }, input: Array(input),
      environment: variables, extraFiles: ["result": Array(result)], timeout: .seconds(300), outputIsResult: false,
      sandbox: kind.sandbox)
  }
}
