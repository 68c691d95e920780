import Kubernetes
import MusterCore
import Synchronization
import Testing

@testable import WorkerDeployment

@Suite final class WorkersLogsTests: Sendable {
  private let time = ManualTime()
  private let cluster: FakeCluster
  private let client: KubernetesClient
  private let lines = Mutex<[String]>([])

  init() {
    cluster = FakeCluster(time: time)
    client = KubernetesClient(transport: cluster, time: time)
  }

  private func makePod(_ name: String, log: String, restarts: Int = 0, role: String = "cluster-prover") async throws {
    var pod = DynamicObject(Pod.resource, name: name, namespace: "default")
    pod["metadata", "labels"] = .object(["role": .string(role)])
    pod["spec"] = .object(["containers": .array([.object(["name": "side"]), .object(["name": "client"])])])
    let pods = client.resources(DynamicObject.self, of: Pod.resource, in: "default")
    _ = try await pods.create(pod)
    try await run(name, restarts: restarts)
    cluster.setLog(log, ofPod: name, in: "default")
  }

  private func run(_ name: String, restarts: Int) async throws {
    let state: JSONValue = .object([
      "name": "client", "restartCount": .integer(Int64(restarts)), "state": .object(["running": .object([:])]),
    ])
    let pods = client.resources(DynamicObject.self, of: Pod.resource, in: "default")
    _ = try await pods.patch(
      name, try .merge(JSONValue.object(["status": .object(["containerStatuses": .array([state])])])),
      subresource: "status")
  }

  private func take(_ line: LogLine) { lines.withLock { $0.append("\(line.pod): \(line.text)") } }

  /// Moves the time on until enough has been read.
  private func until(_ count: Int) async throws {
    while lines.withLock({ $0.count }) < count {
      try Task.checkCancellation()
      if time.sleeperCount > 0 { time.advance(by: .seconds(1)) }
      await Task.yield()
    }
  }

  @Test("What was written comes pod after pod, of the workers' container, and of workers only", .timeLimit(.minutes(1)))
  func reading() async throws {
    try await makePod("b", log: "3\n")
    try await makePod("a", log: "1\n2\n")
    try await makePod("other", log: "no\n", role: "web")
    let silent = try await WorkersLogs(client, in: "default").read(tailLines: nil) { take($0) }
    #expect(lines.withLock { $0 } == ["a: 1", "a: 2", "b: 3"])
    #expect(silent.isEmpty)
    let asked = cluster.requests.filter { $0.path.hasSuffix("/log") }
    #expect(asked.count == 2)
    #expect(asked.allSatisfy { $0.query.contains { $0.name == "container" && $0.value == "client" } })
  }

  @Test("A pod without a log is named with the reason, and the others are read", .timeLimit(.minutes(1)))
  func silence() async throws {
    try await makePod("a", log: "1\n")
    try await makePod("b", log: "2\n")
    cluster.fail(
      with: Status(status: "Failure", message: "container is waiting", reason: "BadRequest", code: 400),
      where: { $0.path.hasSuffix("pods/a/log") })
    let silent = try await WorkersLogs(client, in: "default").read(tailLines: nil) { take($0) }
    #expect(lines.withLock { $0 } == ["b: 2"])
    #expect(silent.map(\.pod) == ["a"])
    #expect(silent.first?.text.contains("container is waiting") == true)
  }

  @Test("Without workers it says so, and what may not be read is an error", .timeLimit(.minutes(1)))
  func nothing() async throws {
    let logs = WorkersLogs(client, in: "default")
    let none = await #expect(throws: WorkerDeploymentError.self) { _ = try await logs.read(tailLines: nil) { _ in } }
    #expect(none?.code == .notThere)
    try await makePod("a", log: "1\n")
    cluster.fail(
      with: Status(status: "Failure", message: "no", reason: "Forbidden", code: 403),
      where: { $0.path.hasSuffix("pods/a/log") })
    await #expect(throws: KubernetesError.self) { _ = try await logs.read(tailLines: nil) { _ in } }
  }

  @Test(
    "Followed, a run of a container is read once, a restarted one again, and pods that come later too",
    .timeLimit(.minutes(1)))
  func following() async throws {
    try await makePod("a", log: "1\n")
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await WorkersLogs(self.client, in: "default").follow(tailLines: 10) { self.take($0) } }
      try await until(1)
      for _ in 0..<5 {
        while time.sleeperCount == 0 { await Task.yield() }
        time.advance(by: .seconds(1))
      }
      #expect(lines.withLock { $0 } == ["a: 1"])
      cluster.setLog("2\n", ofPod: "a", in: "default")
      try await run("a", restarts: 1)
      try await until(2)
      try await makePod("b", log: "3\n")
      try await until(3)
      group.cancelAll()
    }
    #expect(lines.withLock { $0 } == ["a: 1", "a: 2", "b: 3"])
  }
}
