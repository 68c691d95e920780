import Kubernetes
import MusterCore
import Synchronization
import Testing

@testable import WorkerDeployment

@Suite("Following workers", .timeLimit(.minutes(2))) struct WorkersWatchTests {
  private let cluster = FakeCluster()
  private var client: KubernetesClient { KubernetesClient(transport: cluster) }
  private var watch: WorkersWatch {
    WorkersWatch(client: client, namespace: "default", pause: .milliseconds(1))
  }

  private func create(_ type: ResourceType, _ object: JSONValue) async throws {
    try await client.resources(DynamicObject.self, of: type, in: type.isNamespaced ? "default" : nil).create(object)
  }

  private func deploy() async throws {
    try await create(
      Deployment.resource,
      [
        "metadata": ["name": "prover-cli-t"],
        "spec": [
          "replicas": 1,
          "template": [
            "metadata": ["labels": ["role": "cluster-prover"]],
            "spec": [
              "imagePullSecrets": [["name": "img-cred"]],
              "containers": [["name": "client", "image": "registry.example/prover:client-abc123"]],
            ],
          ],
        ],
      ])
    cluster.edit(Deployment.resource, "prover-cli-t", in: "default") { object in
      object["status"] = ["observedGeneration": 1, "replicas": 1, "updatedReplicas": 1]
    }
    try await create(
      Pod.resource,
      [
        "metadata": ["name": "w", "labels": ["role": "cluster-prover"]],
        "spec": ["containers": [["name": "client", "image": "registry.example/prover:client-abc123"]]],
      ])
    try await create(Node.resource, ["metadata": ["name": "a", "labels": ["kubernetes.io/hostname": "a"]]])
    cluster.edit(Node.resource, "a") { node in
      node["status"] = [
        "allocatable": ["cpu": "64", "pods": "110"], "conditions": [["type": "Ready", "status": "True"]],
      ]
    }
  }

  private func wait(_ status: JSONValue) {
    cluster.editPod("w", in: "default") { pod in
      pod["spec"] = .object((pod["spec"]?.object ?? [:]).merging(["nodeName": "a"]) { $1 })
      pod["status"] = [
        "phase": "Pending", "containerStatuses": [["name": "client", "state": status, "restartCount": 3]],
      ]
    }
  }

  @Test(
    "the first situation has all there is, and each change comes, with log and pull secret fetched when they are needed"
  )
  func follow() async throws {
    try await deploy()
    var step = 0
    for try await situation in watch.situations() {
      let reason = Diagnosis.reasons(situation).first
      switch step {
      case 0:
        #expect(situation.nodes?.map(\.name) == ["a"])
        #expect(situation.pods.map(\.name) == ["w"])
        #expect(situation.loads == [:])
        #expect(situation.unseen == [:])
        #expect(reason?.cause == .starting)
        wait(["waiting": ["reason": "ErrImagePull", "message": "rpc error: code = Unknown desc = 401 Unauthorized"]])
        step = 1
      case 1 where situation.pullSecrets["img-cred"] == .missing:
        #expect(reason?.cause == .imageDenied)
        #expect(reason?.what.contains("'img-cred' that the workers name is not there") == true)
        #expect(situation.loads?["a"]?.pods == 1)
        cluster.setLog("muster: one\nmuster: no executor\n", ofPod: "w", in: "default")
        cluster.editPod("w", in: "default") { pod in
          pod["status"] = [
            "phase": "Running",
            "containerStatuses": [
              [
                "name": "client", "restartCount": 3, "state": ["waiting": ["reason": "CrashLoopBackOff"]],
                "lastState": ["terminated": ["exitCode": 3, "reason": "Error"]],
              ]
            ],
          ]
        }
        step = 2
      case 2 where situation.logs["w"] != nil:
        #expect(situation.logs["w"] == ["muster: one", "muster: no executor"])
        #expect(reason?.sentence.contains("the last line of the log is 'muster: no executor'") == true)
        cluster.markRunning("w", in: "default", on: "a")
        step = 3
      case 3 where situation.pods.first?.isReady == true:
        #expect(Diagnosis.main(situation) == nil)
        #expect(cluster.requests.count { $0.path.hasSuffix("/log") } <= 3)
        return
      default: break
      }
    }
  }

  @Test("without the right to see nodes and the pods of others it goes on with less")
  func lessRights() async throws {
    try await deploy()
    cluster.setRules { question in
      question.resource != "nodes" && (question.namespace != nil && question.namespace != "")
    }
    let situation = try await watch.now()
    #expect(situation.nodes == nil)
    #expect(situation.loads == nil)
    #expect(situation.pods.count == 1)
    #expect(Set(situation.unseen.keys) == ["nodes", "pods in all namespaces", "the namespace"])
    #expect(Diagnosis.reasons(situation).contains { $0.cause == .unseen })
  }

  @Test("without the right to see the workers' own pods it says so and ends")
  func noRights() async throws {
    cluster.setRules { $0.resource != "pods" }
    await #expect(throws: KubernetesError.self) { try await watch.now() }
  }

  @Test("a wait ends when the workers are ready")
  func ready() async throws {
    try await deploy()
    let seen = Mutex(0)
    let situation = try await WorkersWaiter(watch).wait(limit: .seconds(60)) { _, _ in
      let count = seen.withLock { count in
        count += 1
        return count
      }
      guard count == 1 else { return }
      cluster.markRunning("w", in: "default", on: "a")
      cluster.edit(Deployment.resource, "prover-cli-t", in: "default") { object in
        object["status"] = ["observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1]
      }
    }
    #expect(situation.pods.first?.isReady == true)
  }

  @Test("a wait fails with the reason in one sentence, by a clock of the test's")
  func failure() async throws {
    try await deploy()
    wait(["waiting": ["reason": "InvalidImageName", "message": "invalid reference format"]])
    let error = try await failure(limit: .seconds(3600))
    #expect(error.code == .notReady)
    #expect(error.message.hasPrefix("the workers do not come up: 1 of 1 worker cannot pull the image"))
    #expect(error.details["cause"] == "image_name")
  }

  @Test("a wait ends at its deadline, and says what it waited for")
  func deadline() async throws {
    try await deploy()
    let error = try await failure(limit: .seconds(90))
    #expect(error.message.hasPrefix("the workers were not all ready within 1m30s: 1 of 1 worker starts"))
  }

  /// Waits with a clock that goes on a second whenever somebody sleeps, from the first situation on.
  private func failure(limit: Duration) async throws -> WorkerDeploymentError {
    let time = ManualTime()
    let watch = WorkersWatch(client: client, namespace: "default", time: time)
    let isOver = Mutex(false)
    let isTold = Mutex(false)
    async let clock: Void = {
      while !isOver.withLock({ $0 }) {
        if time.sleeperCount > 0, isTold.withLock({ $0 }) { time.advance(by: .seconds(1)) }
        await Task.yield()
      }
    }()
    defer { isOver.withLock { $0 = true } }
    do {
      try await WorkersWaiter(watch).wait(limit: limit) { _, _ in isTold.withLock { $0 = true } }
    } catch let error as WorkerDeploymentError {
      isOver.withLock { $0 = true }
      await clock
      return error
    }
    throw WorkerDeploymentError(.notThere, "the wait did not fail")
  }
}
