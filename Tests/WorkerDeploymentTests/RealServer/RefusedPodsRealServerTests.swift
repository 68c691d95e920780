import Kubernetes
import Testing

@testable import WorkerDeployment

/// Runs where the environment names the kubeconfig of a cluster with hollow nodes.
@Suite(
  "Workers that may not be made, on a real server", .enabled(if: RealCluster.has(nodes: "hollow-")), .serialized,
  .timeLimit(.minutes(3)))
struct RefusedPodsRealServerTests {
  @Test("a quota that is used up: a wait fails with what it allows")
  func quota() async throws {
    try await RealCluster.run(nodes: "hollow-", 3) { cluster, nodes in
      try await cluster.label(nodes.prefix(3))
      try await cluster.create(
        ResourceQuota.resource, ["metadata": ["name": "few"], "spec": ["hard": ["pods": "1"]]])
      try await cluster.deploy(3)
      let error = try #require(try await cluster.failure())
      #expect(error.details["cause"] == "quota")
      #expect(
        error.message.contains("2 of 3 workers are not made: the namespace's quota 'few' allows pods=1"),
        "\(error.message)")
      let capacity = try #require(Capacity(try await cluster.watch.now()))
      #expect(capacity.total == 1)
    }
  }

  @Test("a service account, or a priority class, that is not there")
  func missing() async throws {
    try await RealCluster.run(nodes: "hollow-", 3) { cluster, nodes in
      try await cluster.label(nodes.prefix(1))
      try await cluster.deploy(1, pod: ["serviceAccountName": "workers"])
      let (reason, _) = try await cluster.reason(.podsRefused)
      #expect(reason.what.contains("the service account 'workers' is not there"), "\(reason.what)")
    }
    try await RealCluster.run(nodes: "hollow-", 3) { cluster, nodes in
      try await cluster.label(nodes.prefix(1))
      try await cluster.deploy(1, pod: ["priorityClassName": "workers"])
      let (reason, _) = try await cluster.reason(.podsRefused)
      #expect(reason.what.contains("the priority class 'workers' is not there"), "\(reason.what)")
    }
  }

  @Test("a namespace without the deployment")
  func notDeployed() async throws {
    try await RealCluster.run(nodes: "hollow-", 1) { cluster, _ in
      let (reason, _) = try await cluster.reason(.notDeployed)
      #expect(reason.cure == "make one with 'muster workers deploy'")
    }
  }
}
