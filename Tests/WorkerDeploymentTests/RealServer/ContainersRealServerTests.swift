import Kubernetes
import Testing

@testable import WorkerDeployment

/// Runs where the environment names the kubeconfig of a cluster with a real kubelet on the node `real-node-1`, which has the
/// image `busybox:local`, and promises it.
@Suite(
  "Workers that do not start, on a real kubelet", .enabled(if: RealCluster.has(nodes: "real-node-")), .serialized,
  .timeLimit(.minutes(3)))
struct ContainersRealServerTests {
  private func run(_ body: (RealCluster) async throws -> Void) async throws {
    try await RealCluster.run(nodes: "real-node-", 1) { cluster, nodes in
      try await cluster.label(nodes.prefix(1))
      try await body(cluster)
    }
  }

  @Test("a crash loop is told with its exit code and the end of its log")
  func crash() async throws {
    try await run { cluster in
      try await cluster.deploy(
        1, container: ["command": ["sh", "-c", "echo starting >&2; echo no executor for block >&2; exit 3"]])
      let error = try #require(try await cluster.failure())
      #expect(error.details["cause"] == "crash")
      #expect(error.message.contains("exit code 3"), "\(error.message)")
      #expect(error.message.contains("the last line of the log is 'no executor for block'"), "\(error.message)")
      #expect(error.details["log"] == "starting\nno executor for block")
    }
  }

  @Test("a registry that nobody reaches is told with its host")
  func registry() async throws {
    try await run { cluster in
      try await cluster.deploy(1, image: "127.0.0.1:1/prover:client-abc123")
      let error = try #require(try await cluster.failure())
      #expect(error.details["cause"] == "image_host")
      #expect(error.message.contains("no registry answers at 127.0.0.1:1"), "\(error.message)")
    }
  }

  @Test("a readiness probe's output is told as what the worker saw")
  func readiness() async throws {
    try await run { cluster in
      let probe: JSONValue = [
        "exec": ["command": ["sh", "-c", "echo no answer from 10.0.0.7:50055; exit 1"]], "periodSeconds": 1,
      ]
      try await cluster.deploy(1, container: ["command": ["sleep", "3600"], "readinessProbe": probe])
      let error = try #require(try await cluster.failure())
      #expect(error.details["cause"] == "not_ready")
      #expect(error.message.contains("not ready: no answer from 10.0.0.7:50055"), "\(error.message)")
    }
  }

  @Test("a ConfigMap that is not there is told by its name")
  func configuration() async throws {
    try await run { cluster in
      let source: JSONValue = ["configMapKeyRef": ["name": "cluster-conf", "key": "client"]]
      try await cluster.deploy(
        1, container: ["command": ["sleep", "3600"], "env": [["name": "CLIENT_CONFIG", "valueFrom": source]]])
      let error = try #require(try await cluster.failure())
      #expect(error.details["cause"] == "configuration_missing")
      #expect(error.message.contains("the ConfigMap 'cluster-conf', which is not there"), "\(error.message)")
    }
  }
}
