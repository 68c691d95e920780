import Foundation
import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

@Suite("The workers' status") struct WorkersStatusTests {
  @Test("counts, a line a worker by node, a line a node, and what the caller adds")
  func lines() throws {
    var situation = WorkerExamples.situation(
      nodes: ["a", "b", "c"].map { WorkerExamples.node($0) } + [WorkerExamples.node("other", labels: [:])], replicas: 4)
    var leaving = WorkerExamples.pod("w3", on: "c")
    leaving.meta.deletionTimestamp = try Time("2026-11-27T23:00:00Z")
    var old = WorkerExamples.pod("w2", on: "b", isReady: false)
    old.spec?.containers = [ContainerNeeds(image: "registry.example/prover:client-old")]
    old.meta.labels?["stage"] = "old"
    old.meta.creationTimestamp = Time(Timestamp(milliseconds: situation.time.milliseconds - 90_000))
    old.status?.containerStatuses = [
      ContainerStatus(name: "client", state: .init(waiting: .init(reason: "CrashLoopBackOff")), restartCount: 4)
    ]
    situation.pods = [WorkerExamples.pod("w9", on: nil), leaving, old, WorkerExamples.pod("w1", on: "a")]
    var report = DriftReport()
    report.drifts = [Drift(object: "service/cluster-coordinator", what: "is gone", cure: "deploy")]
    report.unknown = ["one is not known"]
    let status = WorkersStatus(situation, drift: report, works: ["w1": "task 7 (block)"])

    #expect(status.counts.wanted == 4)
    #expect(status.counts.made == 3)
    #expect(status.counts.running == 2)
    #expect(status.counts.ready == 1)
    #expect(status.counts.pending == 1)
    #expect(status.counts.leaving == 1)
    #expect(status.counts.current == 2)
    #expect(status.workers.map(\.name) == ["w1", "w2", "w3", "w9"])
    #expect(status.workers.map(\.state) == ["Running", "CrashLoopBackOff", "Terminating", "Pending"])
    #expect(status.workers[1].restarts == 4)
    #expect(status.workers[1].age == 90)
    #expect(status.workers[1].stage == "old")
    #expect(!status.workers[1].isCurrent)
    #expect(status.workers[0].works == "task 7 (block)")
    #expect(status.nodes?.map(\.name) == ["a", "b", "c"])
    #expect(status.nodes?.map(\.obstacle) == ["has its worker", "has its worker", "has a worker that leaves"])
    #expect(status.nodes?.map(\.room) == [0, 0, 0])
    #expect(status.capacity == 3)
    #expect(status.drift.count == 1)
    #expect(status.stage == "abc123")
    let json = try JSONEncoder().encode(status)
    let text = String(decoding: json, as: UTF8.self)
    #expect(text.contains("\"works\":\"task 7 (block)\""))
    #expect(text.contains("\"object\":\"service\\/cluster-coordinator\""))
    #expect(text.contains("\"not_compared\":[\"one is not known\"]"))
  }

  @Test("of every recorded situation there is one, and it can be written as JSON")
  func recorded() throws {
    for name in try RecordedSituation.all() {
      let situation = try RecordedSituation.named(name)
      let status = WorkersStatus(situation)
      #expect(status.workers.count == situation.pods.count)
      #expect(status.nodes != nil)
      _ = try JSONEncoder().encode(status)
    }
  }

  @Test("nothing deployed, and nodes that may not be read, are told so")
  func empty() {
    var situation = WorkerExamples.situation(nodes: [])
    situation.deployment = nil
    situation.nodes = nil
    let status = WorkersStatus(situation)
    #expect(!status.isDeployed)
    #expect(status.nodes == nil)
    #expect(status.capacity == nil)
    #expect(status.reasons.map(\.cause) == [.notDeployed])
  }
}
