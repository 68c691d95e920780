import Kubernetes
import Logging
import MusterCore
import Synchronization
import Testing

@testable import WorkerDeployment

@Suite("The autoscaler at work on a cluster", .timeLimit(.minutes(1)))
struct AutoscaleServiceTests {
  let cluster: FakeCluster
  let client: KubernetesClient
  let queue = FakeQueue()
  static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  init() {
    cluster = FakeCluster()
    client = KubernetesClient(transport: cluster)
  }

  /// Fewer workers come at once here: the windows are the planner's, and tested with it.
  func planner() throws -> AutoscalePlanner {
    var settings = AutoscaleSettings(maximum: 20)
    settings.downWindow = .zero
    settings.downCooldown = .zero
    settings.period = .milliseconds(100)
    return try AutoscalePlanner(settings, pools: [AutoscalePool("a", maximum: 20)])
  }

  func loop() throws -> AutoscaleLoop {
    AutoscaleLoop(
      try planner(), client: client, observer: queue, logger: Self.silent,
      told: { _ in })
  }

  /// So many workers that are ready.
  func workers(_ count: Int, honoursCost: Bool) async throws -> FakeReplicaSet {
    let set = FakeReplicaSet(cluster, client, honoursCost: honoursCost)
    try await set.deploy(count)
    try await set.control()
    set.kubelets()
    return set
  }

  /// The server's controller at work, until it is cancelled.
  func controlling(_ set: FakeReplicaSet) -> Task<Void, any Error> {
    Task {
      while !Task.isCancelled {
        try await set.control()
        try await Task.sleep(for: .milliseconds(1))
      }
    }
  }

  /// Until the watch has told the loop of what the cluster has.
  func settle(_ loop: AutoscaleLoop, _ set: FakeReplicaSet) async throws {
    let there = Dictionary(uniqueKeysWithValues: set.pods.compactMap(\.report).map { ($0.name, $0) })
    for _ in 0..<5000 {
      let known = Dictionary(uniqueKeysWithValues: loop.watches[0].pods.map { ($0.name, $0) })
      if known == there { return }
      try await Task.sleep(for: .milliseconds(1))
    }
    Issue.record("the loop never heard of \(there.keys.sorted())")
  }

  @Test(
    "From zero to what the queue needs, and one of two back: marked, drained, fewer; the busy one stays",
    arguments: [true, false])
  func upAndDown(honoursCost: Bool) async throws {
    let set = FakeReplicaSet(cluster, client, honoursCost: honoursCost)
    try await set.deploy(0)
    var loop = try loop()
    defer { loop.stop() }
    queue.set(queued: 2, workers: [:])
    let first = try await loop.step()
    #expect(first.reason == .raising && set.replicas == 2)
    // Nothing more is asked for while they are pending.
    try await set.control()
    try await settle(loop, set)
    #expect(try await loop.step().reason == .pending && set.replicas == 2)

    set.kubelets()
    queue.set(queued: 0, workers: ["p1": 0, "p2": 1])
    try await settle(loop, set)
    // An old server's controller makes another pod when one is deleted; it has to be there before the number is lowered.
    let controller = controlling(set)
    let remove = try await loop.step()
    #expect(remove.pools["a"]?.release == ["p1"] && set.replicas == 1 && queue.calls == ["drain p1"])
    try await until("the pod is told to go") { set.names == ["p2"] }
    controller.cancel()
    #expect(!set.chosenOnes.contains("p2"))
    #expect(honoursCost ? set.chosenOnes == ["p1"] : set.chosenOnes == ["p3"])

    set.kubelets()
    queue.set(queued: 0, workers: ["p2": 1])
    try await settle(loop, set)
    let last = try await loop.step()
    #expect(last.reason == .steady && last.isNothing, "\(last.why)")
  }

  @Test("A worker that was given a task a moment before stays, and so do its pod's chances")
  func late() async throws {
    let set = try await workers(3, honoursCost: true)
    var loop = try loop()
    defer { loop.stop() }
    queue.set(queued: 0, workers: ["p1": 0, "p2": 0, "p3": 0])
    queue.state.withLock { $0.lateTasks = ["p2": 1] }
    let decision = try await loop.step()
    #expect(decision.pools["a"]?.release == ["p1", "p2", "p3"] && decision.desired == 0)
    #expect(set.replicas == 1)
    try await set.control()
    #expect(set.names == ["p2"])
    let pod = try #require(cluster.object(Pod.resource, "p2", in: "default"))
    #expect(pod["metadata", "annotations", .name(PodMark.leaving)] == nil)
  }

  @Test("A pod that has become a worker since it was looked at is not taken back")
  func awake() async throws {
    let set = FakeReplicaSet(cluster, client, honoursCost: true)
    try await set.deploy(2)
    try await set.control()
    cluster.markRunning("p2", in: "default")
    let carrier = AutoscaleCarrier(client: client, observer: queue, honoursCost: true, logger: Self.silent)
    let watch = PoolWatch(AutoscalePool("a", maximum: 20), client: client, logger: Self.silent)
    defer { watch.stop() }
    #expect(try await watch.look()?.pods.count == 2)
    var part = AutoscaleDecision.Pool(wanted: 2)
    part.withdraw = ["p1", "p2"]
    part.desired = 0
    try await carrier.carryOut(part, watch)
    try await set.control()
    #expect(set.replicas == 1 && set.names == ["p2"] && queue.calls.isEmpty)
  }

  @Test("An old server is not told of fewer while the successor of what went is ready: it could choose one that works")
  func readySuccessor() async throws {
    let set = try await workers(2, honoursCost: false)
    queue.set(queued: 0, workers: ["p1": 0, "p2": 1])
    var loop = try loop()
    defer { loop.stop() }
    // Ready from when it is seen first, as of a quick node.
    let controller = Task {
      while set.names.contains("p1") { try await Task.sleep(for: .milliseconds(1)) }
      var pod = DynamicObject(Pod.resource, name: "p3", namespace: "default")
      pod["metadata", "labels"] = ["role": "somebody"]
      pod["spec", "containers"] = [["name": "client", "image": "registry.example/a"]]
      try await client.resources(DynamicObject.self, of: Pod.resource, in: "default").create(pod)
      cluster.markRunning("p3", in: "default")
      cluster.editPod("p3", in: "default") { pod in
        var metadata = pod["metadata"]?.object ?? [:]
        metadata["labels"] = ["role": "cluster-prover"]
        pod["metadata"] = .object(metadata)
      }
    }
    let decision = try await loop.step()
    try await controller.value
    #expect(decision.pools["a"]?.release == ["p1"] && set.replicas == 2 && set.names == ["p2", "p3"])
    // It is a worker as any other then, and goes next.
    queue.set(queued: 0, workers: ["p2": 1, "p3": 0])
    set.kubelets()
    try await settle(loop, set)
    let next = controlling(set)
    #expect(try await loop.step().pools["a"]?.release == ["p3"])
    try await until("the pod is told to go") { set.names == ["p2"] }
    next.cancel()
    #expect(set.replicas == 1 && !set.chosenOnes.contains("p2"))
  }

  @Test(
    "An old server has taken one away before the next goes: else its place would be kept by the successor of the first")
  func oneAfterTheOther() async throws {
    let set = try await workers(3, honoursCost: false)
    queue.set(queued: 0, workers: ["p1": 0, "p2": 0, "p3": 1])
    var loop = try loop()
    defer { loop.stop() }
    // Makes pods at once, and takes its time to see that there are to be fewer.
    let controller = Task {
      var rounds = 0
      while !Task.isCancelled {
        rounds = set.names.count > set.replicas ? rounds + 1 : 0
        if rounds == 0 || rounds > 20 { try await set.control() }
        try await Task.sleep(for: .milliseconds(1))
      }
    }
    #expect(try await loop.step().pools["a"]?.release == ["p1", "p2"])
    try await until("the pods are told to go") { set.names == ["p3"] }
    controller.cancel()
    #expect(set.replicas == 1 && set.chosenOnes.count == 2 && !set.chosenOnes.contains("p3"))
  }

  @Test("A number that somebody else has set meanwhile is not written over")
  func others() async throws {
    let set = FakeReplicaSet(cluster, client, honoursCost: true)
    try await set.deploy(5)
    let carrier = AutoscaleCarrier(
      client: client, observer: queue, honoursCost: true,
      logger: Self.silent)
    let watch = PoolWatch(AutoscalePool("a", maximum: 20), client: client, logger: carrier.logger)
    defer { watch.stop() }
    var part = AutoscaleDecision.Pool(wanted: 3)
    part.desired = 4
    try await carrier.carryOut(part, watch)
    #expect(set.replicas == 5)
    part = AutoscaleDecision.Pool(wanted: 5)
    part.desired = 6
    cluster.fail(
      next: 2, with: Status(status: "Failure", reason: "Conflict", code: 409), where: { $0.method == .patch })
    try await carrier.carryOut(part, watch)
    #expect(set.replicas == 6)
  }

  @Test("Without word from the coordinator or the cluster it holds; it goes on by itself")
  func outages() async throws {
    let set = FakeReplicaSet(cluster, client, honoursCost: true)
    var loop = try loop()
    defer { loop.stop() }
    queue.state.withLock { $0.problem = WorkerDeploymentError(.notReady, "the store is away") }
    let blind = try await loop.step()
    #expect(blind.why == "holding because the coordinator's queue could not be read: the store is away")
    queue.state.withLock { $0.problem = nil }
    queue.set(queued: 3, workers: [:])
    #expect(try await loop.step().why == "holding because there is no deployment to scale; deploy the workers first")
    try await set.deploy(0)
    // More than one call tries again.
    cluster.fail(next: 7, with: KubernetesError(.unreachable, "nobody answers"), where: { $0.method == .patch })
    let lost = try await loop.step()
    #expect(lost.desired == 3 && set.replicas == 0)
    for _ in 0..<10 where set.replicas != 3 { _ = try await loop.step() }
    #expect(set.replicas == 3)
  }

  @Test("As a service it leads by a lease, scales, and gives the lease back when it is stopped")
  func service() async throws {
    let set = FakeReplicaSet(cluster, client, honoursCost: true)
    try await set.deploy(0)
    queue.set(queued: 4, workers: [:])
    let told = Mutex<[AutoscaleDecision.Reason]>([])
    let service = AutoscaleService(
      try planner(), client: client, observer: queue, namespace: "default", identity: "one",
      election: try ElectionSettings(), logger: Self.silent,
      told: { decision in told.withLock { $0.append(decision.reason) } })
    let running = Task { try await service.run() }
    try await until("it has scaled") { set.replicas == 4 }
    let lease = ResourceType(group: "coordination.k8s.io", plural: "leases", kind: "Lease")
    #expect(cluster.object(lease, AutoscaleService.lease, in: "default")?["spec", "holderIdentity"]?.string == "one")
    try await until("it waits for pods") { told.withLock { $0.contains(.pending) } }
    running.cancel()
    try await running.value
    #expect(cluster.object(lease, AutoscaleService.lease, in: "default")?["spec", "holderIdentity"]?.string == "")
    // Told when something changes only.
    #expect(told.withLock { $0 } == [.raising, .pending])
  }

  func until(_ what: String, _ condition: () -> Bool) async throws {
    for _ in 0..<20_000 {
      if condition() { return }
      try await Task.sleep(for: .milliseconds(1))
    }
    Issue.record("it never came about that \(what)")
  }
}
