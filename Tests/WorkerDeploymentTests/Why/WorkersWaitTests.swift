import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

@Suite("Waiting for workers") struct WorkersWaitTests {
  private let start = Moment(nanoseconds: 0)
  private func at(_ seconds: Double) -> Moment { start + .seconds(seconds) }

  private func situation(ready: Int = 0, wanted: Int = 2, generation: Int64 = 1, seen: Int = 1) -> WorkersSituation {
    var situation = WorkerExamples.situation(nodes: [], replicas: wanted)
    situation.deployment?.metadata.generation = generation
    situation.deployment?.status = .init(
      observedGeneration: seen, replicas: wanted, updatedReplicas: wanted, readyReplicas: ready)
    return situation
  }

  @Test("ends when as many as are wanted are new and ready, and the server has seen the change")
  func ready() {
    var wait = WorkersWait(deadline: at(60), generation: 3)
    #expect(wait.see(situation(ready: 2), [], at: at(0)) == .waiting(until: at(60)))
    #expect(wait.see(situation(ready: 2, generation: 3, seen: 2), [], at: at(1)) == .waiting(until: at(60)))
    #expect(wait.see(situation(ready: 1, generation: 3, seen: 3), [], at: at(2)) == .waiting(until: at(60)))
    #expect(wait.see(situation(ready: 2, generation: 3, seen: 3), [], at: at(3)) == .ready)
    #expect(wait.see(situation(ready: 0, wanted: 0, generation: 3, seen: 3), [], at: at(4)) == .ready)
  }

  @Test("fails when a reason has stood for its patience, which is under 10 s", arguments: Cause.allCases)
  func patience(cause: Cause) {
    var wait = WorkersWait(deadline: at(60))
    let reason = Reason(cause, count: 1, "x", pods: ["p"])
    let first = wait.see(situation(), [reason], at: at(1))
    guard let patience = cause.patience else {
      #expect(first == .waiting(until: at(60)))
      #expect(wait.check(at: at(59)) == .waiting(until: at(60)))
      #expect(wait.check(at: at(60)) == .late([reason]))
      return
    }
    #expect(patience < .seconds(10))
    #expect(first == .waiting(until: at(1) + patience))
    #expect(wait.check(at: at(1) + patience) == .failed([reason]))
  }

  @Test("pods that are unready one after the other are not one that stays so")
  func turns() {
    var wait = WorkersWait(deadline: at(600))
    for second in 0..<100 {
      let reason = Reason(.notReady, count: 2, "x", pods: ["p\(second / 3)", "p\(second / 3 + 1)"])
      if case .failed = wait.see(situation(), [reason], at: at(Double(second))) { Issue.record("failed at \(second)") }
    }
    let stuck = Reason(.notReady, count: 1, "x", pods: ["p33"])
    _ = wait.see(situation(), [stuck], at: at(100))
    #expect(wait.check(at: at(108)) == .failed([stuck]))
  }

  @Test("a reason that went away and came back starts anew, and what stood too long is told first")
  func again() {
    var wait = WorkersWait(deadline: at(60))
    let quota = Reason(.quota, count: 1, "q")
    let node = Reason(.noNode, count: 1, "n", pods: ["p"])
    _ = wait.see(situation(), [quota], at: at(0))
    _ = wait.see(situation(), [], at: at(4))
    #expect(wait.see(situation(), [quota], at: at(6)) == .waiting(until: at(11)))
    #expect(wait.see(situation(), [node, quota], at: at(7)) == .waiting(until: at(11)))
    #expect(wait.check(at: at(11)) == .failed([quota, node]))
  }
}
