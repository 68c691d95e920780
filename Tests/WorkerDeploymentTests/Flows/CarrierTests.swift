import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

@Suite("Carrying out, on a cluster in memory")
struct CarrierTests {
  @Test("what is deleted and does not go is waited for as long as is allowed, and then said")
  func neverGone() async throws {
    let time = ManualTime()
    let fake = FakeCluster(time: time)
    let client = KubernetesClient(
      transport: fake, namespace: "n", behaviour: ClientBehaviour(requestsPerSecond: 0, patience: .seconds(1_000_000)),
      time: time)
    try await client.resources(DynamicObject.self, of: WorkerKinds.namespace)
      .create(DynamicObject(WorkerKinds.namespace, name: "n"))
    let flow = Flow(
      server: FlowServer(transport: FaultyTransport(fake), configuration: nil, fake: fake), client: client,
      namespace: "n")
    try await flow.deploy(try await flow.wanted())
    try await flow.edit(
      WorkerKinds.deployment, "prover-cli-t", ["metadata": ["finalizers": ["example.com/holds"]]])
    let wanted = try await flow.wanted { $0.selector = ["matchLabels": ["app": "mine"]] }
    let plan = try await flow.plan(wanted)
    // Whoever waits is woken at once, a second later by this clock.
    let clock = Task {
      while !Task.isCancelled {
        if time.sleeperCount > 0 { time.advance(by: .seconds(1)) }
        await Task.yield()
      }
    }
    let error = await #expect(throws: WorkerDeploymentError.self) { try await flow.carrier.carryOut(plan) }
    clock.cancel()
    #expect(
      error?.message.contains("was deleted 120 s ago and is not gone, held by its finalizers example.com/holds") == true
    )
    #expect((error?.cause as? WorkerDeploymentError)?.code == .notReady)

    // While it is going, a plan counts on its being gone.
    let next = try await flow.plan(wanted)
    let action = try #require(next.actions.first { $0.subject == "deployment/prover-cli-t" })
    #expect(action.why.hasPrefix("it is being deleted, and is made anew when it is gone"))
    try await flow.edit(WorkerKinds.deployment, "prover-cli-t", ["metadata": ["finalizers": .null]])
    try await flow.carrier.carryOut(next)
    #expect(try await flow.plan(wanted).isEmpty)
  }

  @Test("the image is delivered first, once, and told before it is")
  func image() async throws {
    try await FlowServer.inMemory().space(isThere: false) { flow in
      let wanted = try await flow.wanted()
      let objects = wanted.objects()
      var observed = try await flow.observer.observe(objects)
      observed.isImageDelivered = false
      let plan = try DeploymentPlanner.plan(wanted.values, objects, observed)
      #expect(plan.actions.first?.deed == .deliverImage(wanted.values.image))
      await #expect(throws: WorkerDeploymentError.self) { try await flow.carrier.carryOut(plan) }
      #expect(try await flow.live(WorkerKinds.namespace, flow.namespace) == nil)
      try await confirmation("delivered") { delivered in
        let carrier = DeploymentCarrier(client: flow.client, namespace: flow.namespace) { target in
          #expect(target == wanted.values.image)
          delivered()
        }
        try await confirmation("told", expectedCount: plan.actions.count) { told in
          try await carrier.carryOut(plan) { _ in told() }
        }
      }
    }
  }

  @Test("an apply that is refused because a field cannot be changed says what to do")
  func immutable() async throws {
    try await FlowServer.inMemory().space { flow in
      try await flow.deploy(try await flow.wanted())
      let wanted = try await flow.wanted { $0.stage = "new" }
      let refusal = Status(
        status: "Failure", message: "Service \"x\" is invalid: spec.x: field is immutable", reason: "Invalid", code: 422
      )
      let plan = try await flow.plan(wanted)
      flow.server.fake?.fail(next: 1, with: refusal) {
        $0.method == .patch && $0.path.hasSuffix("services/cluster-coordinator")
      }
      let error = await #expect(throws: WorkerDeploymentError.self) { try await flow.carrier.carryOut(plan) }
      #expect(error?.message.contains("plan again, and it is made anew") == true)
      // Planned anew, it is.
      flow.server.fake?.fail(next: 1, with: refusal) {
        $0.method == .patch && $0.path.hasSuffix("services/cluster-coordinator")
          && $0.query.contains { $0.name == "dryRun" }
      }
      let next = try await flow.plan(wanted)
      let action = try #require(next.actions.first { $0.subject == "service/cluster-coordinator" })
      guard case .recreate = action.deed else {
        Issue.record("\(action)")
        return
      }
      #expect(next.actions.contains { $0.subject == "endpoints/cluster-coordinator" })
      var carrier = flow.carrier
      carrier.settling = .zero
      try await carrier.carryOut(next)
      #expect(try await flow.plan(wanted).isEmpty)
    }
  }

  /// What `workers endpoint` does to a cluster at 10.0.0.7.
  private func point(_ flow: Flow, to address: String) async throws -> DeploymentPlan {
    let deployment = try await flow.deployment()
    var values = WorkerValues.live(
      deployment, configuration: try await flow.live(WorkerKinds.configMap, "cluster-conf"), in: flow.namespace)
    values.endpoint = CoordinatorEndpoint(host: .address(address))
    let objects = try WorkerObjects(values, try await flow.observer.abilities(), adopted: deployment).all()
    let observed = try await flow.observer.observe(DeploymentPlanner.endpointObjects(objects), leftovers: false)
    return try DeploymentPlanner.endpoint(values, objects, observed)
  }

  private func deployed(_ flow: Flow) async throws -> DynamicObject {
    var values = TestValues.least
    values.namespace = flow.namespace
    let objects = try WorkerObjects(values, try await flow.observer.abilities(), adopted: nil).all()
    try await flow.carrier.carryOut(
      try DeploymentPlanner.plan(values, objects, try await flow.observer.observe(objects)))
    return try await flow.deployment()
  }

  @Test("to an address of the other family, and back: the service is made anew, and no worker restarts")
  func family() async throws {
    try await FlowServer.inMemory().space { flow in
      let deployment = try await deployed(flow)
      for (address, family) in [("fd00::8", "IPv6"), ("10.0.0.9", "IPv4")] {
        let plan = try await point(flow, to: address)
        #expect(plan.actions.map(\.remakesService).prefix(1) == [true] && !plan.restartsWorkers, "\(plan.actions)")
        var carrier = flow.carrier
        carrier.settling = .zero
        try await carrier.carryOut(plan)
        let service = try #require(try await flow.live(WorkerKinds.service, "cluster-coordinator"))
        #expect(service["spec", "ipFamilies"] == [.string(family)])
        #expect(
          try await flow.live(WorkerKinds.endpoints, "cluster-coordinator")?["subsets", 0, "addresses", 0, "ip"]
            == .string(address))
        #expect(try await point(flow, to: address).isEmpty)
      }
      #expect(try await flow.deployment()["metadata", "generation"] == deployment["metadata", "generation"])
    }
  }

  @Test("a cluster that makes no service for the other family is not tried on the one that is there")
  func otherFamily() async throws {
    try await FlowServer.inMemory().space { flow in
      _ = try await deployed(flow)
      let uid = try await flow.live(WorkerKinds.service, "cluster-coordinator")?.uid
      let words =
        "Service \"x\" is invalid: spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured on this cluster"
      flow.server.fake?.fail(next: 1, with: Status(status: "Failure", message: words, reason: "Invalid", code: 422)) {
        $0.method == .post && $0.path.hasSuffix("/services")
      }
      let error = await #expect(throws: WorkerDeploymentError.self) { _ = try await point(flow, to: "fd00::8") }
      #expect(error?.code == .unsupported)
      for part in [
        "one for IPv6", "not configured on this cluster", "give the coordinator's name", "nothing was changed",
      ] {
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
      }
      #expect(try await flow.live(WorkerKinds.service, "cluster-coordinator")?.uid == uid)
    }
  }

  @Test("what the server would not take is said when it is planned")
  func refused() async throws {
    try await FlowServer.inMemory().space { flow in
      let wanted = try await flow.wanted()
      let quota = Status(
        status: "Failure", message: "exceeded quota: services=1", reason: "Forbidden", code: 403)
      flow.server.fake?.fail(next: 1, with: quota) {
        $0.method == .patch && $0.path.hasSuffix("services/cluster-coordinator")
      }
      let error = await #expect(throws: WorkerDeploymentError.self) { try await flow.plan(wanted) }
      // 'It is not there' would be half of the truth.
      #expect(error?.message.contains("exceeded quota") == true)
    }
  }

  @Test("a namespace that is being deleted is refused")
  func dying() async throws {
    try await FlowServer.inMemory().space { flow in
      let wanted = try await flow.wanted()
      flow.server.fake?.edit(WorkerKinds.namespace, flow.namespace) { content in
        var metadata = content["metadata"]?.object ?? [:]
        metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        content["metadata"] = .object(metadata)
      }
      let error = await #expect(throws: WorkerDeploymentError.self) { try await flow.plan(wanted) }
      #expect(error?.code == .notReady)
    }
  }
}
