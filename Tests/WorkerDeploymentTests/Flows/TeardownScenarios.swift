import Kubernetes
import Testing

@testable import WorkerDeployment

enum TeardownScenarios {
  /// Things of others, among them such as only look like ours.
  private static func others(_ flow: Flow) async throws {
    var map = DynamicObject(WorkerKinds.configMap, name: "labelled")
    // The label alone, as a controller or a person may have copied it.
    map["metadata", "labels"] = .object([WorkerNames.managedBy.key: .string(WorkerNames.managedBy.value)])
    try await flow.resources(WorkerKinds.configMap).create(map, WriteOptions(manager: "somebody"))
    var service = DynamicObject(WorkerKinds.service, name: "mine")
    service["spec"] = ["ports": [["port": 80, "protocol": "TCP"]]]
    try await flow.resources(WorkerKinds.service).create(service)
    try await flow.edit(
      WorkerKinds.namespace, flow.namespace, ["metadata": ["annotations": ["theirs": "1"], "labels": ["team": "x"]]])
  }

  static let all = [
    Scenario("teardown leaves the namespace as it was, object by object") { flow in
      try await others(flow)
      let before = try await flow.snapshot()
      try await flow.deploy(try await flow.wanted())
      let plan = try await flow.teardown()
      #expect(plan.actions.first?.deed == .annotateStage(nil))
      let isBack = try await flow.eventually { try await flow.snapshot() == before }
      let after = try await flow.snapshot()
      #expect(isBack, "\(Set(after.keys).symmetricDifference(before.keys))")
      let again = DeploymentPlanner.teardown(try await flow.observer.observeForTeardown())
      #expect(again.isEmpty)
    },
    Scenario("teardown after a deployment and a teardown that were cut anywhere leaves nothing") { flow in
      try await others(flow)
      let before = try await flow.snapshot()
      let wanted = try await flow.wanted()
      let transport = flow.server.transport
      for index in 0..<12 {
        transport.fail(.lost, from: index)
        _ = try? await flow.deploy(wanted)
        transport.heal()
        transport.fail(index % 2 == 0 ? .lost : .answerLost, from: index / 2)
        _ = try? await flow.teardown()
        transport.heal()
        try await flow.teardown()
        let isBack = try await flow.eventually { try await flow.snapshot() == before }
        #expect(isBack, "cut at \(index)")
      }
    },
    Scenario("an object that came under our name since the plan was made is left alone") { flow in
      try await flow.deploy(try await flow.wanted())
      let plan = DeploymentPlanner.teardown(try await flow.observer.observeForTeardown())
      try await flow.resources(WorkerKinds.configMap).delete("cluster-conf")
      try await flow.resources(WorkerKinds.configMap).create(DynamicObject(WorkerKinds.configMap, name: "cluster-conf"))
      let error = await #expect(throws: WorkerDeploymentError.self) { try await flow.carrier.carryOut(plan) }
      #expect(error?.code == .interrupted)
      #expect((error?.cause as? WorkerDeploymentError)?.code == .notMine)
      #expect(try await flow.live(WorkerKinds.configMap, "cluster-conf") != nil)
    },
    Scenario("where nothing is, nothing is torn down", isThere: false) { flow in
      let observed = try await flow.observer.observeForTeardown()
      #expect(DeploymentPlanner.teardown(observed) == DeploymentPlan())
    },
  ]
}
