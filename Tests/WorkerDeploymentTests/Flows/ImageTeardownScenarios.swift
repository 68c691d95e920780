import Kubernetes
import MusterCore
import OCIImages
import Synchronization
import Testing

@testable import WorkerDeployment

/// What becomes of the image that was delivered when the workers are taken away.
enum ImageTeardownScenarios {
  /// An image of each namespace's own: on a real server those of other scenarios go a while after their end, and run theirs until
  /// then.
  private static func digest(_ flow: Flow) -> Digest { Digest.of(flow.namespace.utf8) }
  private static func name(_ flow: Flow) -> String { "inside.example/w/\(flow.namespace):client-abc1234" }
  private static func image(_ flow: Flow) -> String { "\(name(flow))@\(digest(flow))" }

  private static func deploy(_ flow: Flow) async throws {
    try await flow.deploy(try await flow.wanted { $0.delivered = image(flow) })
  }

  private static func observe(
    _ flow: Flow, _ verdict: ImageRemoval.Verdict?
  ) async throws -> ObservedCluster {
    var observed = try await flow.observer.observeForTeardown(imageToo: true)
    observed.imageVerdict = verdict
    return observed
  }

  static let all = [
    Scenario("the image that was delivered goes before what says which it was, and once") { flow in
      try await deploy(flow)
      let observed = try await observe(flow, .remove)
      #expect(observed.delivered?.description == image(flow))
      #expect(observed.imageUsers == [])
      let plan = DeploymentPlanner.teardown(observed)
      let subjects = plan.actions.map(\.subject)
      let place = try #require(subjects.firstIndex(of: "image/\(name(flow))"))
      #expect(subjects[place + 1] == "configmap/cluster-conf")
      #expect(subjects[..<place].contains("deployment/prover-cli-t"))
      #expect(plan.remarks.isEmpty)
      let deleted = Mutex<[String]>([])
      let carrier = DeploymentCarrier(
        client: flow.client, namespace: flow.namespace,
        deleteImage: { image in deleted.withLock { $0.append("\(image)") } })
      try await carrier.carryOut(plan)
      #expect(deleted.withLock { $0 } == [image(flow)])
      #expect(try await observe(flow, .remove).delivered == nil)
      #expect(DeploymentPlanner.teardown(try await observe(flow, .remove)).isEmpty)
    },
    Scenario("a teardown that was cut before the image still knows it") { flow in
      try await deploy(flow)
      let plan = DeploymentPlanner.teardown(try await observe(flow, .remove))
      let carrier = DeploymentCarrier(
        client: flow.client, namespace: flow.namespace,
        deleteImage: { _ in throw WorkerDeploymentError(.notReady, "cut") })
      await #expect(throws: WorkerDeploymentError.self) { try await carrier.carryOut(plan) }
      #expect(try await flow.observer.deployment() == nil)
      let again = DeploymentPlanner.teardown(try await observe(flow, .remove))
      #expect(again.actions.first?.subject == "image/\(name(flow))")
    },
    Scenario(
      "an image that stays is named with the reason and the way to delete it; asked to be kept, it is not spoken of"
    ) {
      flow in
      try await deploy(flow)
      let stays = DeploymentPlanner.teardown(try await observe(flow, .stays("deleting is not allowed")))
      #expect(!stays.actions.contains { $0.subject.hasPrefix("image/") })
      #expect(
        stays.remarks == [
          "the image \(name(flow)) stays in its registry: deleting is not allowed; where deleting "
            + "is allowed, 'DELETE /v2/w/\(flow.namespace)/manifests/\(digest(flow))' at inside.example deletes it"
        ])
      let kept = DeploymentPlanner.teardown(try await flow.observer.observeForTeardown())
      #expect(!kept.actions.contains { $0.subject.hasPrefix("image/") })
      #expect(kept.remarks.isEmpty)
    },
    Scenario("an image from which another namespace runs stays, under whatever name it is pulled") { flow in
      try await deploy(flow)
      try await flow.server.space { other in
        var pod = DynamicObject(WorkerKinds.pod, name: "theirs")
        pod["spec"] = ["containers": [["name": "c", "image": .string("outside.example/w/prover@\(digest(flow))")]]]
        // A real server makes none before the namespace has its service account.
        pod["spec", "automountServiceAccountToken"] = false
        try await other.resources(WorkerKinds.pod).create(pod)
        let plan = DeploymentPlanner.teardown(try await observe(flow, .remove))
        #expect(!plan.actions.contains { $0.subject.hasPrefix("image/") })
        #expect(plan.remarks.first?.contains("\(other.namespace)/pod/theirs runs from it") == true, "\(plan.remarks)")
      }
    },
    Scenario("pointing elsewhere and deploying anew keep what says which image was delivered") { flow in
      try await deploy(flow)
      let deployment = try await flow.deployment()
      let map = try await flow.live(WorkerKinds.configMap, "cluster-conf")
      let values = WorkerValues.live(deployment, configuration: map, in: flow.namespace)
      #expect(values.delivered == image(flow))
    },
  ]
}
