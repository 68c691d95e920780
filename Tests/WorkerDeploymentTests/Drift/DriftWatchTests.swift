import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

@Suite("Looking for drift", .timeLimit(.minutes(2))) struct DriftWatchTests {
  @Test("again every 30 s, and told only when it is another; a server that does not answer is named")
  func follow() async throws {
    let server = FlowServer.inMemory()
    try await server.space { flow in
      try await flow.deploy(try await flow.wanted())
      let time = ManualTime()
      let (reports, continuation) = AsyncStream.makeStream(of: DriftReport.self)
      let watch = DriftWatch(flow.observer, time: time)
      let task = Task { try await watch.follow { continuation.yield($0) } }
      defer { task.cancel() }
      var iterator = reports.makeAsyncIterator()
      #expect(await iterator.next() == DriftReport())
      try await flow.resources(WorkerKinds.service).delete("cluster-coordinator")
      // It waits, and not a moment longer than was said.
      while time.sleeperCount == 0 { await Task.yield() }
      time.advance(by: DriftWatch.pause)
      #expect(await iterator.next()?.drifts.map(\.object) == ["service/cluster-coordinator"])
      // The same again is no news.
      while time.sleeperCount == 0 { await Task.yield() }
      time.advance(by: DriftWatch.pause)
      while time.sleeperCount == 0 { await Task.yield() }
      try await flow.deploy(try await flow.wanted())
      time.advance(by: DriftWatch.pause)
      #expect(await iterator.next() == DriftReport())
    }
  }

  @Test("both kinds of news come, and a refusal ends them")
  func news() async throws {
    let server = FlowServer.inMemory()
    try await server.space { flow in
      try await flow.deploy(try await flow.wanted())
      let watch = WorkersWatch(client: flow.client, namespace: flow.namespace, pause: .milliseconds(1))
      var kinds: Set<String> = []
      for try await news in WorkersNews.all(watch, DriftWatch(flow.observer)) {
        switch news {
        case .situation(let situation): if situation.deployment != nil { kinds.insert("situation") }
        case .drift(let report): if report == DriftReport() { kinds.insert("drift") }
        }
        if kinds.count == 2 { break }
      }
      #expect(kinds == ["situation", "drift"])
    }
  }

  @Test("what may not be read is named, and the rest is compared")
  func rights() async throws {
    let server = FlowServer.inMemory()
    let fake = try #require(server.fake)
    try await server.space { flow in
      try await flow.deploy(try await flow.wanted())
      try await flow.edit(WorkerKinds.service, "cluster-coordinator", ["metadata": ["labels": ["stage": "other"]]])
      fake.setRules { $0.resource != "secrets" && $0.resource != "namespaces" }
      let report = try await DriftWatch(flow.observer).now()
      fake.setRules { _ in true }
      #expect(report.drifts.map(\.field) == [".metadata.labels.stage"])
      #expect(
        report.unknown == [
          "whether secret/img-cred changed since the deployment is not known: the right to get it is missing"
        ])
    }
  }

  @Test("a server that fails is a sentence and no error")
  func failure() async throws {
    let client = KubernetesClient(transport: Dead(), behaviour: ClientBehaviour(requestsPerSecond: 0, retries: .never))
    let report = try await DriftWatch(ClusterObserver(client: client, namespace: "n")).now()
    #expect(report.drifts.isEmpty)
    #expect(report.unknown.count == 1)
    #expect(
      report.unknown.first?.hasPrefix("whether something has changed since it was deployed is not known: ") == true)
  }

  private struct Dead: APITransport {
    func send(_ request: APIRequest) async throws -> APIResponse {
      throw KubernetesError(.unreachable, "nobody answers")
    }
    func openSocket(_ request: APIRequest, protocols: [String]) async throws -> any APISocket {
      throw KubernetesError(.unreachable, "nobody answers")
    }
  }
}
