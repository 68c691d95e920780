import Kubernetes
import Testing

@testable import WorkerDeployment

/// Runs where the environment names the kubeconfig of a cluster with hollow nodes.
@Suite(
  "Workers without a node, on a real server", .enabled(if: RealCluster.has(nodes: "hollow-")), .serialized,
  .timeLimit(.minutes(3)))
struct NodeReasonsRealServerTests {
  @Test("no node has the label: a wait fails with the command that gives it; then they come up")
  func label() async throws {
    try await RealCluster.run(nodes: "hollow-", 3) { cluster, nodes in
      try await cluster.deploy(2)
      let error = try #require(try await cluster.failure())
      #expect(error.details["cause"] == "no_node")
      #expect(error.message.contains("lack the label fluidexnode=computation"), "\(error.message)")
      #expect(error.message.contains("kubectl label node NAME fluidexnode=computation"))
      try await cluster.label(nodes.prefix(2))
      #expect(try await cluster.failure() == nil)
    }
  }

  @Test("the document's own spellings of label and taint are recognised")
  func spelling() async throws {
    try await RealCluster.run(nodes: "hollow-", 3) { cluster, nodes in
      try await cluster.label(nodes.prefix(1), ["fluidexnode/computation": ""])
      try await cluster.label(nodes.dropFirst().prefix(1))
      try await cluster.change(
        nodes[1], ["spec": ["taints": [["key": "dedicated/compuation", "effect": "NoSchedule"]]]])
      try await cluster.deploy(2)
      let (label, _) = try await cluster.reason(.nodeSpelling) { $0.what.contains("label") && $0.count == 2 }
      #expect(label.what.contains("1 node (\(nodes[0])) has the label 'fluidexnode/computation'"), "\(label.what)")
      let (taint, situation) = try await cluster.reason(.nodeSpelling) { $0.what.contains("taint") }
      #expect(taint.cure?.contains("taint node \(nodes[1]) dedicated/compuation:NoSchedule-") == true)
      let scheduler = try #require(
        situation.pods.first { $0.node == nil }?.status?.conditions?.of("PodScheduled")?.message)
      #expect(SchedulerMessage(scheduler) != nil, "\(scheduler)")
    }
  }

  @Test("one a node, a cordoned node, a foreign taint, and too little of a resource, each counted")
  func counted() async throws {
    try await RealCluster.run(nodes: "hollow-", 3) { cluster, nodes in
      try await cluster.label(nodes.prefix(3))
      try await cluster.change(nodes[1], ["spec": ["unschedulable": true]])
      try await cluster.change(
        nodes[2], ["spec": ["taints": [["key": "dedicated", "value": "gpu", "effect": "NoSchedule"]]]])
      try await cluster.deploy(3)
      let (reason, situation) = try await cluster.reason(.noNode) { $0.count == 2 }
      for words in [
        "2 of 3 workers wait", "1 is cordoned", "the taint dedicated=gpu:NoSchedule", "1 has a worker already",
      ] {
        #expect(reason.what.contains(words), "\(reason.what)")
      }
      #expect(Capacity(situation)?.total == 1)
    }
  }

  @Test("too little of a resource says how much is free")
  func resources() async throws {
    try await RealCluster.run(nodes: "hollow-", 3) { cluster, nodes in
      try await cluster.label(nodes.prefix(2))
      try await cluster.deploy(1, container: ["resources": ["requests": ["cpu": "1k"]]])
      let (reason, _) = try await cluster.reason(.noNode)
      #expect(reason.what.contains("2 have too little cpu (1k asked for, at most "), "\(reason.what)")
    }
  }
}
