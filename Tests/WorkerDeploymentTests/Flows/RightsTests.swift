import Kubernetes
import Testing

@testable import WorkerDeployment

@Suite("Rights on a cluster in memory")
struct RightsTests {
  /// Everything that may be done is what a command needs; then one right after the other is taken away.
  private func each(
    of command: WorkersCommand, _ act: (Flow) async throws -> Void, isOptional: (WorkersRight) -> Bool = { _ in false }
  ) async throws {
    let server = FlowServer.inMemory()
    let fake = try #require(server.fake)
    try await server.space { flow in
      try await flow.deploy(try await flow.wanted())
      let rights = WorkersRights.needed(for: command, in: flow.namespace, try await flow.observer.abilities())
      for missing in rights where !isOptional(missing) {
        fake.setRules { question in
          guard question.namespace == flow.namespace else { return false }
          return rights.contains { right in
            right != missing && right.verb == question.verb && right.type.plural == question.resource
              && right.subresource == question.subresource && (right.name == nil || right.name == question.name)
          }
        }
        let writes = server.transport.writes
        let error = await #expect(throws: WorkerDeploymentError.self, "without \(missing)") { try await act(flow) }
        fake.setRules { _ in true }
        #expect(error?.code == .forbidden)
        #expect(error?.message.contains(missing.verb) == true)
        #expect(error?.message.contains(missing.resource) == true, "\(error?.message ?? "")")
        #expect(server.transport.writes == writes)
      }
    }
  }

  private func isOfNamespace(_ right: WorkersRight) -> Bool { right.type.kind == "Namespace" }

  @Test("a deployment without one of its rights names it and changes nothing")
  func deploy() async throws {
    try await each(
      of: .deploy,
      { flow in
        // All that was there is new, or goes, or is made anew.
        let changed = try await flow.wanted {
          $0.stage = "new"
          $0.password = nil
          $0.selector = ["matchLabels": ["app": "mine"]]
          $0.podLabels = ["app": "mine"]
        }
        let secrets = try await flow.wanted { $0.stage = "new" }
        let objects = changed.objects() + secrets.objects().filter { $0.type.kind == "Secret" }
        _ = try await flow.observer.observe(objects)
        try await flow.deploy(changed)
      },
      isOptional: { right in
        // Rights that only other plans need.
        isOfNamespace(right) || right.name == WorkerNames.joinSecret || right.type.kind == "EndpointSlice"
          || (right.verb == "delete" && !["secrets", "deployments"].contains(right.type.plural))
      })
  }

  @Test("a teardown without one of its rights names it and changes nothing")
  func teardown() async throws {
    try await each(of: .teardown, { try await $0.teardown() }) { right in
      // Rights to what is not there are not needed.
      isOfNamespace(right) || (right.type.kind == "EndpointSlice" && right.verb != "list")
        || (right.name == WorkerNames.joinSecret && right.verb == "delete")
    }
  }

  @Test("scaling without one of its rights names it and changes nothing")
  func scale() async throws {
    try await each(of: .scale) { flow in
      try await flow.carrier.carryOut(try DeploymentPlanner.scale(to: 9, try await flow.observer.observeWorkers()))
    }
  }

  @Test("without rights to the namespace itself and to nodes, all works, and it is said")
  func optional() async throws {
    let server = FlowServer.inMemory()
    let fake = try #require(server.fake)
    try await server.space { flow in
      fake.setRules { !["namespaces", "nodes"].contains($0.resource) }
      let wanted = try await flow.wanted()
      let plan = try await flow.deploy(wanted)
      #expect(plan.remarks.contains { $0.contains("annotation 'stage'") })
      #expect(plan.remarks.contains { $0.contains("nodes may not be listed") })
      #expect(try await flow.plan(wanted).isEmpty)
      try await flow.teardown()
      #expect(DeploymentPlanner.teardown(try await flow.observer.observeForTeardown()).isEmpty)
      fake.setRules { _ in true }
    }
  }

  @Test("all that is missing is said in one sentence, each kind once")
  func sentence() async throws {
    let server = FlowServer.inMemory()
    let fake = try #require(server.fake)
    try await server.space { flow in
      let wanted = try await flow.wanted()
      fake.setRules { !["patch", "create"].contains($0.verb) }
      let error = await #expect(throws: WorkerDeploymentError.self) { try await flow.plan(wanted) }
      #expect(
        error?.details["missing"]
          == "create configmaps, secrets, services, endpoints, poddisruptionbudgets.policy, deployments.apps; patch "
          + "configmaps, secrets, services, endpoints, poddisruptionbudgets.policy, deployments.apps")
      fake.setRules { _ in true }
    }
  }

  @Test("what is waited for needs no right that 'status' does not have, and what is missing is said before")
  func waiting() async throws {
    let needed = WorkersRights.following(in: "n")
    #expect(Set(needed).isSubset(of: WorkersRights.needed(for: .status, in: "n", ClusterAbilities())))
    let server = FlowServer.inMemory()
    let fake = try #require(server.fake)
    try await server.space { flow in
      fake.setRules { $0.verb != "watch" }
      let error = await #expect(throws: WorkerDeploymentError.self) {
        try await flow.observer.check(WorkersRights.following(in: flow.namespace))
      }
      #expect(error?.details["missing"] == "watch deployments.apps, replicasets.apps, pods")
      fake.setRules { _ in true }
    }
  }

  @Test("the rights of status compare what was deployed with what is there, and let nobody join")
  func status() async throws {
    let server = FlowServer.inMemory()
    let fake = try #require(server.fake)
    try await server.space { flow in
      try await flow.deploy(try await flow.wanted())
      try await flow.edit(WorkerKinds.endpoints, "cluster-coordinator", ["metadata": ["labels": ["stage": "other"]]])
      let rights = WorkersRights.needed(for: .status, in: flow.namespace, try await flow.observer.abilities())
      #expect(!rights.contains { $0.name == WorkerNames.joinSecret })
      #expect(rights.allSatisfy { ["get", "list", "watch"].contains($0.verb) })
      fake.setRules { question in
        rights.contains { right in
          right.verb == question.verb && right.type.plural == question.resource
            && right.subresource == question.subresource
            && (right.name == nil || right.name == question.name)
        }
      }
      let report = try await flow.drift()
      fake.setRules { _ in true }
      #expect(report.drifts.map(\.object) == ["endpoints/cluster-coordinator"])
      #expect(report.unknown == [])
    }
  }

  @Test("a Role ties to names what can be tied")
  func role() {
    let role = WorkersRights.role("r", for: [.scale, .teardown], in: "n", ClusterAbilities())
    let secrets = (role.rules ?? []).filter { $0.resources == ["secrets"] }
    #expect(
      secrets.allSatisfy { $0.resourceNames == ["cluster-join", "img-cred"] || $0.resourceNames == ["img-cred"] })
    #expect(secrets.allSatisfy { !$0.verbs.contains("list") && !$0.verbs.contains("create") })
    let all = WorkersRights.role("r", for: WorkersCommand.allCases, in: "n", ClusterAbilities()).rules ?? []
    #expect(
      !all.contains { $0.verbs.contains("*") || $0.verbs.contains("deletecollection") || $0.verbs.contains("update") })
    #expect(!all.contains { ($0.resources ?? []).contains("*") })
  }
}
