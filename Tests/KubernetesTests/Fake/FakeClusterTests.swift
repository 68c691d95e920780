import MusterCore
import NIOCore
import SeededDice
import Testing

@testable import Kubernetes

/// What only the fake can do; what it shares with a real server is in the contract.
@Suite("A fake cluster does what its test says")
struct FakeClusterTests {
  static let maps = ResourceType(plural: "configmaps", kind: "ConfigMap")
  let cluster = FakeCluster()
  var client: KubernetesClient {
    KubernetesClient(transport: cluster, behaviour: ClientBehaviour(requestsPerSecond: 0))
  }
  var configMaps: ResourceClient<DynamicObject> { client.resources(DynamicObject.self, of: Self.maps, in: "default") }

  private func make(_ name: String) async throws {
    try await configMaps.create(["metadata": ["name": .string(name)]] as JSONValue)
  }

  @Test("the next requests fail with a status or an error, and those after them succeed")
  func failures() async throws {
    cluster.fail(
      next: 1, with: Status(status: "Failure", reason: "Forbidden", code: 403), where: { $0.method == .post })
    let error = await #expect(throws: KubernetesError.self) { try await make("a") }
    #expect(error?.status?.reason == "Forbidden")
    try await make("a")
    #expect(cluster.object(Self.maps, "a", in: "default") != nil)
    #expect(cluster.requests.filter { $0.method == .post && $0.path.hasSuffix("configmaps") }.count == 2)
  }

  @Test("after a compaction an old watch and a half-read list are told 410")
  func compaction() async throws {
    for name in ["a", "b", "c"] { try await make(name) }
    let page = try await configMaps.list(ListOptions(limit: 1))
    cluster.compact()
    let expired = await #expect(throws: KubernetesError.self) {
      try await configMaps.list(ListOptions(limit: 1, continueToken: page.continueToken))
    }
    #expect(expired?.isExpired == true)
    let old = await #expect(throws: KubernetesError.self) {
      for try await _ in configMaps.watch(from: "1") {}
    }
    #expect(old?.isExpired == true)
  }

  @Test("a cache survives watches that end, break and expire, and bookmarks in between")
  func endedWatches() async throws {
    let cache = ResourceCache(
      configMaps, settings: WatchSettings(firstPause: .milliseconds(1), longestPause: .milliseconds(5)))
    let keeping = Task { try await cache.run() }
    try await cache.waitForSync()
    for (number, end) in [FakeWatchEnd.closed, .broken, .expired, .closed].enumerated() {
      while cluster.waitingWatchCount == 0 { try await Task.sleep(for: .milliseconds(1)) }
      cluster.sendBookmarks()
      try await make("n-\(number)")
      cluster.endWatches(end)
      try await make("m-\(number)")
      while cache.count < (number + 1) * 2 { try await Task.sleep(for: .milliseconds(1)) }
    }
    #expect(
      Set(cache.snapshot().keys.map(\.name))
        == Set(cluster.objects(Self.maps).compactMap { $0["metadata", "name"]?.string }))
    keeping.cancel()
    _ = await keeping.result
  }

  @Test("times come from the test's clock, and a watch ends at its timeout by it")
  func time() async throws {
    let time = ManualTime(epoch: Timestamp(milliseconds: 1_700_000_000_000))
    let cluster = FakeCluster(time: time)
    #expect(
      cluster.object(ResourceType(plural: "namespaces", kind: "Namespace", isNamespaced: false), "default")?[
        "metadata", "creationTimestamp"] == "2023-11-14T22:13:20Z")
    let answer = try await cluster.send(
      APIRequest(
        .get, "/api/v1/configmaps",
        query: [("watch", "1"), ("timeoutSeconds", "10"), ("resourceVersion", cluster.resourceVersion)]))
    let reader = Task { try await answer.body.collect(upTo: 1000) }
    while time.sleeperCount == 0 { await Task.yield() }
    time.advance(by: .seconds(10))
    #expect(try await reader.value.readableBytes == 0)
  }

  @Test("a stalled watch says nothing, and does not keep busy after its timeout", .timeLimit(.minutes(1)))
  func stalled() async throws {
    let time = ManualTime(epoch: Timestamp(milliseconds: 1_700_000_000_000))
    let cluster = FakeCluster(time: time)
    let answer = try await cluster.send(
      APIRequest(
        .get, "/api/v1/configmaps",
        query: [("watch", "1"), ("timeoutSeconds", "10"), ("resourceVersion", cluster.resourceVersion)]))
    let reader = Task { try await answer.body.collect(upTo: 1000) }
    while time.sleeperCount == 0 { await Task.yield() }
    cluster.endWatches(.stalled)
    time.advance(by: .seconds(20))
    for _ in 0..<10_000 { await Task.yield() }
    // Once before it stalled, once after, and perhaps once more at its deadline.
    #expect(cluster.state.withLock { $0.nextWaiter } <= 3)
    reader.cancel()
    _ = await reader.result
  }

  @Test("rules refuse requests and answer reviews alike")
  func rules() async throws {
    cluster.setRules { $0.verb != "create" || $0.resource != "configmaps" }
    let error = await #expect(throws: KubernetesError.self) { try await make("a") }
    #expect(error?.status?.reason == "Forbidden")
    #expect(error?.message.contains("cannot create resource \"configmaps\"") == true)
  }

  @Test("a pod runs, is deleted in its own time, and is gone when its kubelet says so")
  func pods() async throws {
    let pods = client.resources(DynamicObject.self, of: ResourceType(plural: "pods", kind: "Pod"), in: "default")
    try await pods.create(
      ["metadata": ["name": "p"], "spec": ["containers": [["name": "c", "image": "i"]]]] as JSONValue)
    #expect(cluster.markRunning("p", in: "default", on: "n"))
    #expect(try await pods.list(ListOptions(fieldSelector: "spec.nodeName=n,status.phase=Running")).items.count == 1)
    try await pods.delete("p")
    let marked = try await pods.get("p")
    #expect(marked.metadata.deletionGracePeriodSeconds == 30)
    #expect(cluster.finishDeletion(ofPod: "p", in: "default"))
    #expect(cluster.object(ResourceType(plural: "pods", kind: "Pod"), "p", in: "default") == nil)
  }

  @Test("an older server lacks what a test withdraws")
  func withdrawn() async throws {
    cluster.withdraw(group: "policy", version: "v1")
    let answer = try await cluster.send(APIRequest(.get, "/apis/policy/v1"))
    #expect(answer.status == 404)
    #expect(try await cluster.send(APIRequest(.get, "/apis/policy/v1beta1")).status == 200)
  }

  @Test("nonsense of any kind is refused, and never more than that")
  func nonsense() async throws {
    var random = Dice(seed: 3)
    let steps = ["api", "apis", "v1", "apps", "namespaces", "default", "pods", "%2E", "..", "status", "scale", "a", ""]
    let types = ["merge-patch+json", "json-patch+json", "strategic-merge-patch+json", "apply-patch+yaml", "json"]
    let bodies = [
      "{}", "[]", "null", "{", "[{\"op\":\"add\",\"path\":\"/spec/-\",\"value\":1}]", "{\"metadata\":7}",
      "{\"metadata\":{\"name\":\"a\",\"managedFields\":[3]},\"spec\":[1]}", "a: [b",
      "{\"spec\":{\"containers\":[1,{}]}}",
    ]
    try await make("a")
    for _ in 0..<5000 {
      let path =
        "/"
        + (0..<Int.random(in: 1...7, using: &random)).map { _ in steps.randomElement(using: &random) ?? "" }
        .joined(separator: "/")
      let method = [APIRequest.Method.get, .post, .put, .patch, .delete].randomElement(using: &random) ?? .get
      let answer = try await cluster.send(
        APIRequest(
          method, path, query: [("fieldManager", "m"), ("labelSelector", bodies.randomElement(using: &random) ?? "")],
          headers: [("Content-Type", "application/" + (types.randomElement(using: &random) ?? ""))],
          body: ByteBuffer(string: bodies.randomElement(using: &random) ?? "")))
      #expect((200..<600).contains(answer.status))
    }
  }
}
