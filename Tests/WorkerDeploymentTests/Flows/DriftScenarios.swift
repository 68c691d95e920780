import Kubernetes
import Testing

@testable import WorkerDeployment

enum DriftScenarios {
  /// What somebody changes, and which field it shows as.
  private static let drifts: [(type: ResourceType, name: String, change: JSONValue, path: String)] = [
    (WorkerKinds.configMap, "cluster-conf", ["data": ["client": "upstream: http://elsewhere\n"]], ".data.client"),
    (WorkerKinds.configMap, "cluster-conf", ["data": ["muster": .null]], ".data.muster"),
    (
      WorkerKinds.configMap, "cluster-conf", ["metadata": ["labels": ["stage": "other"]]], ".metadata.labels.stage"
    ),
    (
      WorkerKinds.secret, "img-cred", ["data": [".dockerconfigjson": .string(Base64.text("{\"auths\":{}}"))]],
      ".data['.dockerconfigjson']"
    ),
    (
      WorkerKinds.service, "cluster-coordinator",
      ["spec": ["ports": [["name": "web", "port": 80, "protocol": "TCP"]]]], ".spec.ports[port=80].name"
    ),
    (
      WorkerKinds.endpoints, "cluster-coordinator",
      [
        "subsets": [
          ["addresses": [["ip": "10.6.6.6"]], "ports": [["name": "http", "port": 50055, "protocol": "TCP"]]]
        ]
      ], ".subsets[0].addresses[0].ip"
    ),
    (
      WorkerKinds.deployment, "prover-cli-t", ["spec": ["template": ["spec": ["terminationGracePeriodSeconds": 9]]]],
      ".spec.template.spec.terminationGracePeriodSeconds"
    ),
    (
      WorkerKinds.deployment, "prover-cli-t", ["spec": ["strategy": ["rollingUpdate": ["maxUnavailable": "50%"]]]],
      ".spec.strategy.rollingUpdate.maxUnavailable"
    ),
    (
      WorkerKinds.deployment, "prover-cli-t", ["spec": ["template": ["spec": ["tolerations": .null]]]],
      ".spec.template.spec.tolerations[0].key"
    ),
    (WorkerKinds.deployment, "prover-cli-t", ["spec": ["replicas": 4]], ".spec.replicas"),
    (
      WorkerKinds.deployment, "prover-cli-t",
      ["spec": ["template": ["metadata": ["labels": ["app": "other"]]]]], ".spec.template.metadata.labels.app"
    ),
  ]

  /// The number of workers is nobody's drift.
  private static func expectShown(_ type: ResourceType, _ path: String, _ flow: Flow) async throws {
    let report = try await flow.drift()
    #expect(report.unknown.isEmpty)
    guard path != ".spec.replicas" else {
      #expect(report.drifts.isEmpty)
      return
    }
    let found = try #require(report.drifts.first { $0.field == path }, "\(report)")
    #expect(report.drifts.allSatisfy { $0.object.hasPrefix("\(type.kind.lowercased())/") }, "\(report)")
    // Of what was removed, the server keeps no account, unless whoever did it owns something else there.
    if found.found != nil {
      #expect(found.manager == "kubectl-edit")
      #expect(found.time?.isEmpty == false)
    }
    #expect(found.sentence.hasSuffix("; 'muster workers deploy' sets it back"))
    #expect(found.deployed != found.found || type.kind == "Secret")
  }

  static let all: [Scenario] =
    drifts.map { drift in
      Scenario("a changed field is found and mended: \(drift.type.kind) \(drift.path)") { flow in
        let wanted = try await flow.wanted()
        try await flow.deploy(wanted)
        #expect(try await flow.drift() == DriftReport())
        let before = try await flow.outline()
        try await flow.edit(drift.type, drift.name, drift.change)
        try await expectShown(drift.type, drift.path, flow)
        let plan = try await flow.deploy(wanted)
        #expect(plan.actions.map(\.subject) == ["\(drift.type.kind.lowercased())/\(drift.name)"])
        #expect(plan.actions.first?.changes.contains { $0.path == drift.path } == true, "\(plan)")
        #expect(try await flow.outline() == before)
        #expect(try await flow.plan(wanted).isEmpty)
        #expect(try await flow.drift() == DriftReport())
      }
    } + DriftReportScenarios.all + [
      Scenario("who has changed a field is said, and what others add beside ours stays") { flow in
        let wanted = try await flow.wanted()
        try await flow.deploy(wanted)
        let image: JSONValue = [["name": "client", "image": "registry.example/evil"]]
        try await flow.resources(WorkerKinds.deployment).patch(
          "prover-cli-t",
          try .strategic(["spec": ["template": ["spec": ["containers": image]]]] as JSONValue),
          WriteOptions(manager: "kubectl-edit"))
        try await flow.edit(
          WorkerKinds.deployment, "prover-cli-t", ["metadata": ["annotations": ["theirs": "stays"]]])
        let plan = try await flow.deploy(wanted)
        #expect(
          plan.actions.first?.changes == [
            FieldChange(
              ".spec.template.spec.containers[name=client].image", from: "registry.example/evil",
              to: .string(wanted.image))
          ])
        #expect(plan.actions.first?.why == "1 field differs from what is wanted, changed by 'kubectl-edit'")
        #expect(plan.remarks.contains { $0.contains("set by 'kubectl-edit', is set back") }, "\(plan.remarks)")
        #expect(try await flow.deployment()["metadata", "annotations", "theirs"] == "stays")
        #expect(try await flow.plan(wanted).isEmpty)
      },
      Scenario("what was deleted is made again") { flow in
        let wanted = try await flow.wanted()
        try await flow.deploy(wanted)
        let before = try await flow.outline()
        try await flow.resources(WorkerKinds.service).delete("cluster-coordinator")
        try await flow.resources(WorkerKinds.deployment).delete("prover-cli-t")
        // A real cluster takes the Endpoints away with their service.
        let isGone = try await flow.eventually {
          let endpoints = try await flow.live(WorkerKinds.endpoints, "cluster-coordinator")
          return flow.server.fake != nil || endpoints == nil
        }
        #expect(isGone)
        let plan = try await flow.deploy(wanted)
        #expect(plan.actions.map(\.subject).contains("deployment/prover-cli-t"))
        #expect(try await flow.outline() == before)
        #expect(try await flow.plan(wanted).isEmpty)
      },
      Scenario("the annotation of the namespace is kept true") { flow in
        let wanted = try await flow.wanted()
        try await flow.deploy(wanted)
        try await flow.edit(
          WorkerKinds.namespace, flow.namespace, ["metadata": ["annotations": ["stage": "false", "other": "x"]]])
        let plan = try await flow.deploy(wanted)
        #expect(
          plan.actions.first?.changes == [FieldChange(".metadata.annotations.stage", from: "false", to: "abc1234")])
        let space = try #require(try await flow.live(WorkerKinds.namespace, flow.namespace))
        #expect(space["metadata", "annotations", "stage"] == "abc1234")
        #expect(space["metadata", "annotations", "other"] == "x")
      },
    ]
}
