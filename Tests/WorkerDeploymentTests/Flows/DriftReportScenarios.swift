import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

/// What `status` says of what others have changed, without a word of what was deployed.
enum DriftReportScenarios {
  static let all: [Scenario] = [
    Scenario("who changed what is said in one line, with what was deployed, what is there and the cure") { flow in
      let wanted = try await flow.wanted()
      try await flow.deploy(wanted)
      let image: JSONValue = [["name": "client", "image": "registry.example/evil"]]
      try await flow.resources(WorkerKinds.deployment).patch(
        "prover-cli-t", try .strategic(["spec": ["template": ["spec": ["containers": image]]]] as JSONValue),
        WriteOptions(manager: "helm"))
      let report = try await flow.drift()
      let drift = try #require(report.drifts.first)
      #expect(report.drifts.count == 1)
      #expect(
        drift.sentence
          == "deployment/prover-cli-t .spec.template.spec.containers[name=client].image was deployed as "
          + "'\(wanted.image)' and is 'registry.example/evil', changed by 'helm' at \(drift.time ?? ""); "
          + "'muster workers deploy' sets it back")
    },
    Scenario("nothing of a Secret is said but that it has changed") { flow in
      try await flow.deploy(try await flow.wanted())
      let other = Base64.text("{\"auths\":{\"canary\":{}}}")
      try await flow.edit(WorkerKinds.secret, "img-cred", ["data": [".dockerconfigjson": .string(other)]])
      let report = try await flow.drift()
      #expect(report.drifts.map(\.deployed) == ["<redacted>"])
      #expect(report.drifts.map(\.found) == ["<redacted>"])
      #expect(!"\(report)".contains(other))
      let secret = try #require(try await flow.live(WorkerKinds.secret, "img-cred"))
      let annotations = JSONWriter.text(secret["metadata", "annotations"] ?? .null)
      #expect(!annotations.contains("canary-password"))
      #expect(!annotations.contains(WantedFixture.file("canary-password")))
    },
    Scenario("a Secret that was changed and changed back is Muster's again after a deployment") { flow in
      let wanted = try await flow.wanted()
      try await flow.deploy(wanted)
      let before = try #require(try await flow.live(WorkerKinds.secret, "img-cred")?["data"])
      let other = Base64.text("{\"auths\":{}}")
      try await flow.edit(WorkerKinds.secret, "img-cred", ["data": [".dockerconfigjson": .string(other)]])
      try await flow.edit(WorkerKinds.secret, "img-cred", ["data": before])
      #expect(try await flow.drift().drifts.map(\.object) == ["secret/img-cred"])
      let plan = try await flow.deploy(wanted)
      #expect(plan.actions.map(\.subject) == ["secret/img-cred"])
      #expect(plan.actions.first?.changes.map(\.to) == ["<redacted>"])
      #expect(try await flow.drift() == DriftReport())
      #expect(try await flow.plan(wanted).isEmpty)
    },
    Scenario("what was deleted is missed, the workers themselves too") { flow in
      let wanted = try await flow.wanted()
      try await flow.deploy(wanted)
      try await flow.resources(WorkerKinds.secret).delete("img-cred")
      let report = try await flow.drift()
      #expect(
        report.drifts.map(\.sentence) == [
          "secret/img-cred was deployed and is not there any more; 'muster workers deploy' makes it again"
        ])
      try await flow.resources(WorkerKinds.deployment).delete("prover-cli-t")
      #expect(try await flow.drift().drifts.map(\.object) == ["deployment/prover-cli-t"])
      try await flow.deploy(wanted)
      #expect(try await flow.drift() == DriftReport())
    },
    Scenario("what Muster's own commands do is no drift, and neither is what a scaler does") { flow in
      let wanted = try await flow.wanted { $0.replicas = nil }
      try await flow.deploy(wanted)
      try await flow.carrier.carryOut(try DeploymentPlanner.scale(to: 5, try await flow.observer.observeWorkers()))
      try await flow.edit(WorkerKinds.deployment, "prover-cli-t", ["spec": ["replicas": 7]], by: "horizontal-scaler")
      try await flow.carrier.carryOut(
        try DeploymentPlanner.restart(at: Timestamp(milliseconds: 1), try await flow.observer.observeWorkers()))
      #expect(try await flow.drift() == DriftReport())
      for change in [
        { (fixture: inout WantedFixture) in fixture.endpoint = "10.0.0.8" },
        { (fixture: inout WantedFixture) in fixture.upstream = "coordinator.example:9000" },
      ] {
        let pointed = try await flow.wanted(change)
        let objects = pointed.objects(try await flow.deployment())
        let observed = try await flow.observer.observe(DeploymentPlanner.endpointObjects(objects), leftovers: false)
        try await flow.carrier.carryOut(
          try DeploymentPlanner.endpoint(pointed.values, objects, observed))
        #expect(try await flow.drift() == DriftReport())
      }
      // The number that somebody has set is kept, and what others add beside ours is theirs.
      try await flow.edit(WorkerKinds.configMap, "cluster-conf", ["data": ["theirs": "1"]])
      #expect(try await flow.drift() == DriftReport())
      #expect(try await flow.deployment()["spec", "replicas"] == 7)
    },
    Scenario("an object that lost Muster's label, or was replaced, is named with its own cure") { flow in
      try await flow.deploy(try await flow.wanted())
      let label = WorkerNames.managedBy.key
      try await flow.edit(WorkerKinds.service, "cluster-coordinator", ["metadata": ["labels": [label: "helm"]]])
      try await flow.resources(WorkerKinds.configMap).delete("cluster-conf")
      try await flow.resources(WorkerKinds.configMap).create(DynamicObject(WorkerKinds.configMap, name: "cluster-conf"))
      let report = try await flow.drift()
      let service = try #require(report.drifts.first { $0.object == "service/cluster-coordinator" })
      #expect(service.field == ".metadata.labels['\(label)']")
      #expect(service.cure.hasPrefix("'kubectl label --overwrite service/cluster-coordinator \(label)=muster'"))
      let map = try #require(report.drifts.first { $0.object == "configmap/cluster-conf" })
      #expect(map.field == nil)
      #expect(map.what == "was replaced by one that Muster has not made")
    },
    Scenario("a workers' deployment without a record says so, and the next one keeps a record") { flow in
      let wanted = try await flow.wanted()
      try await flow.deploy(wanted)
      let both: JSONValue = .object([WorkerNames.objects: .null, WorkerNames.applied: .null])
      try await flow.edit(WorkerKinds.deployment, "prover-cli-t", ["metadata": ["annotations": both]])
      let report = try await flow.drift()
      #expect(report.drifts.isEmpty)
      #expect(report.unknown.first?.contains("there is no record of what was deployed") == true)
      let plan = try await flow.deploy(wanted)
      #expect(plan.actions.map(\.subject) == ["deployment/prover-cli-t"])
      #expect(!plan.restartsWorkers)
      #expect(try await flow.drift() == DriftReport())
    },
    Scenario("the namespace's stage that somebody has changed is told") { flow in
      try await flow.deploy(try await flow.wanted())
      try await flow.edit(
        WorkerKinds.namespace, flow.namespace, ["metadata": ["annotations": ["stage": "false"]]])
      let drift = try #require(try await flow.drift().drifts.first)
      #expect(drift.object == "namespace/\(flow.namespace)")
      #expect(drift.what == "was deployed as 'abc1234' and is 'false'")
      #expect(drift.manager == "kubectl-edit")
    },
    Scenario("where nothing is, and of an original's cluster, there is no drift") { flow in
      #expect(try await flow.drift() == DriftReport())
      try await OriginalCluster(namespace: flow.namespace).apply(flow)
      #expect(try await flow.drift() == DriftReport())
    },
  ]
}
