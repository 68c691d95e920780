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

  private func end(_ name: String) async throws {
    let state: JSONValue = .object([
      "name": "client", "restartCount": .integer(0), "state": .object(["terminated": .object([:])]),
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

  /// Lets the followers look so many more times.
  private func look(_ times: Int) async throws {
    for _ in 0..<times {
      while time.sleeperCount == 0 {
        try Task.checkCancellation()
        await Task.yield()
      }
      time.advance(by: .seconds(1))
    }
  }

  /// Lets time pass until something has happened: who else sleeps, as the watch does, must not be taken for a follower.
  private func pass(until hasHappened: () -> Bool) async throws {
    while !hasHappened() {
      try Task.checkCancellation()
      if time.sleeperCount > 0 { time.advance(by: .seconds(1)) }
      try await Task.sleep(for: .milliseconds(1))
    }
  }

  @Test(
    "A log that a server ends in good order while the container runs is followed on, without doubling",
    .timeLimit(.minutes(1)))
  func endedByTheServer() async throws {
    try await makePod("a", log: "1\n2\n2\n")
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await WorkersLogs(self.client, in: "default").follow(tailLines: 10) { self.take($0) } }
      try await until(3)
      try await look(3)
      cluster.setLog("1\n2\n2\n2\n3\n", ofPod: "a", in: "default")
      try await pass { lines.withLock { $0.count } >= 5 }
      try await look(3)
      group.cancelAll()
    }
    #expect(lines.withLock { $0 } == ["a: 1", "a: 2", "a: 2", "a: 2", "a: 3"])
    let asked = cluster.requests.filter { $0.path.hasSuffix("/log") }
    func value(_ request: FakeRequest?, _ name: String) -> String? { request?.query.first { $0.name == name }?.value }
    #expect(value(asked.first, "tailLines") == "10" && value(asked.first, "sinceTime") == nil)
    #expect(value(asked.last, "tailLines") == nil && value(asked.last, "sinceTime")?.hasPrefix("2026-01-01T") == true)
  }

  @Test("Of a container that has ended, the log is read to its end, and then no more", .timeLimit(.minutes(1)))
  func endedContainer() async throws {
    try await makePod("a", log: "1\n")
    try await end("a")
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await WorkersLogs(self.client, in: "default").follow(tailLines: nil) { self.take($0) } }
      try await until(1)
      try await pass { cluster.requests.count { $0.path.hasSuffix("/log") } >= 2 }
      try await look(5)
      group.cancelAll()
    }
    #expect(lines.withLock { $0 } == ["a: 1"])
    #expect(cluster.requests.count { $0.path.hasSuffix("/log") } == 2)
  }

  @Test("A log is read on from its last moment: known lines are passed over, those of the same moment counted")
  func place() throws {
    func line(_ nanoseconds: Int, _ text: String) -> String { "2026-01-01T00:00:00.00000000\(nanoseconds)Z \(text)" }
    var place = LogPlace()
    #expect(place.since == nil)
    place.begin()
    #expect([line(1, "a"), line(2, "b"), line(2, "b")].map { place.take($0) } == ["a", "b", "b"])
    #expect(place.since == "2026-01-01T00:00:00.000000002Z")
    place.begin()
    #expect(
      [line(1, "a"), "of a", line(2, "b"), line(2, "b"), line(2, "c"), line(3, "d"), "of d"].map { place.take($0) }
        == [nil, nil, nil, nil, "c", "d", "of d"])
    // Two streams that crossed, while it is read for the first time.
    #expect([line(5, "e"), line(4, "f"), line(5, "g")].map { place.take($0) } == ["e", "f", "g"])
    place.begin()
    #expect([line(5, "e"), line(4, "f"), line(5, "g"), line(6, " h")].map { place.take($0) } == [nil, nil, nil, " h"])
    // Shorter decimals, and another zone, are the same moment.
    place = LogPlace()
    place.begin()
    #expect(place.take("2026-01-01T00:00:00.5Z x") == "x")
    place.begin()
    #expect(place.take("2026-01-01T01:00:00.500000000+01:00 x") == nil)
    #expect(place.take("2026-01-01T00:00:00.51Z y") == "y")
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
