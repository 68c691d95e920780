import Executors
import Foundation
import MusterCore
import TaskModel
import Testing

@testable import Worker

@Suite("Attempts as programs")
struct ExecutorRunnerTests {
  private let kind = KindDefinition(
    name: "block", stages: [["prove", "{input}", "{vk}"]], placeholders: ["vk": "/keys/block.vk"],
    environment: ["LICENSE", "MISSING"], sandbox: Sandbox(.isolated, user: "prover"))

  @Test(
    "a program sees PATH, HOME, LANG, what its kind names, and its attempt; nothing else of the worker's environment")
  func environment() {
    let request = AttemptRequest(
      token: .test(1), taskID: "t1", kind: kind, attempt: 2, slot: 3, gpus: [1, 4], worker: "w")
    let environment = ExecutorRunner.variables(
      of: request,
      environment: ["PATH": "/bin", "HOME": "/root", "LANG": "C", "LICENSE": "x", "SECRET": "y", "MUSTER_SLOT": "99"])
    #expect(
      environment == [
        "PATH": "/bin", "HOME": "/root", "LANG": "C", "LICENSE": "x", "MUSTER_TASK_ID": "t1", "MUSTER_KIND": "block",
        "MUSTER_ATTEMPT": "2", "MUSTER_SLOT": "3", "MUSTER_WORKER": "w", "MUSTER_GPUS": "1,4",
        "CUDA_VISIBLE_DEVICES": "1,4",
      ])
  }

  @Test("the request for the executor holds stages, placeholders, files and bounds")
  func request() {
    let attempt = AttemptRequest(
      token: .test(1), taskID: "t1", kind: kind, attempt: 2, input: Data("in".utf8), output: Data("out".utf8),
      needs: Needs(memory: 100), timeout: .seconds(9), slot: 3, maxResult: 50, worker: "w")
    let request = ExecutorRunner.executorRequest(attempt, environment: [:])
    #expect(request.stages == kind.stages && request.sandbox == kind.sandbox)
    #expect(request.placeholders == ["vk": "/keys/block.vk", "task.id": "t1", "attempt": "2", "slot": "3"])
    #expect(request.input == Array("in".utf8))
    #expect(request.extraFiles == ["output.json": Array("out".utf8)])
    #expect(request.timeout == .seconds(9) && request.memoryLimit == 100 && request.maxResult == 50)
    #expect(request.outputIsResult)
    #expect(request.environment["CUDA_VISIBLE_DEVICES"] == nil)
  }

  @Test(
    "each end of a run is an outcome of an attempt",
    arguments: [
      (ExecutorEnd.done(result: [1]), AttemptResult.Outcome.done), (.retry, .retry), (.failed(exitCode: 3), .failed),
      (.signalled(9), .failed), (.timedOut, .timeout), (.memoryExceeded, .memory), (.cancelled, .cancelled),
      (.unrunnable, .unrunnable),
    ])
  func outcomes(end: ExecutorEnd, outcome: AttemptResult.Outcome) {
    let result = AttemptResult(
      ExecutorOutcome(end: end, exitCode: 3, message: "Why.", runTime: .seconds(1), peakMemory: 5))
    #expect(result.outcome == outcome)
    #expect(result.exitCode == 3 && result.error == "Why." && result.runTime == .seconds(1) && result.peakMemory == 5)
    #expect(result.result == (outcome == .done ? Data([1]) : Data()))
  }
}
