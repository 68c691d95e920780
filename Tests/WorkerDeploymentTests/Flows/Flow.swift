import Kubernetes
import Testing

@testable import WorkerDeployment

/// One namespace on one server, and what users do in it.
struct Flow: Sendable {
  let server: FlowServer
  let client: KubernetesClient
  let namespace: String

  var observer: ClusterObserver { ClusterObserver(client: client, namespace: namespace) }
  var carrier: DeploymentCarrier { DeploymentCarrier(client: client, namespace: namespace) }

  func wanted(_ change: (inout WantedFixture) -> Void = { _ in }) async throws -> WantedFixture {
    var fixture = WantedFixture(namespace: namespace, abilities: try await observer.abilities())
    change(&fixture)
    return fixture
  }

  func plan(_ wanted: WantedFixture) async throws -> DeploymentPlan {
    let objects = wanted.objects(try await observer.deployment())
    return try DeploymentPlanner.plan(wanted.values, objects, try await observer.observe(objects))
  }

  @discardableResult
  func deploy(_ wanted: WantedFixture) async throws -> DeploymentPlan {
    let plan = try await plan(wanted)
    try await carrier.carryOut(plan)
    return plan
  }

  @discardableResult
  func teardown() async throws -> DeploymentPlan {
    let plan = DeploymentPlanner.teardown(try await observer.observeForTeardown())
    try await carrier.carryOut(plan)
    return plan
  }

  /// What somebody has changed since, with nothing known but what is in the cluster.
  func drift() async throws -> DriftReport { try await observer.drift(try await observer.abilities()) }

  func resources(_ type: ResourceType) -> ResourceClient<DynamicObject> {
    client.resources(DynamicObject.self, of: type, in: namespace)
  }

  func live(_ type: ResourceType, _ name: String) async throws -> DynamicObject? {
    try await observer.get(type, name)
  }

  func deployment() async throws -> DynamicObject { try #require(try await observer.deployment()) }

  /// Changes something behind Muster's back.
  func edit(_ type: ResourceType, _ name: String, _ change: JSONValue, by manager: String = "kubectl-edit") async throws
  {
    try await resources(type).patch(name, try .merge(change), WriteOptions(manager: manager))
  }

  /// Waits until what a cluster puts into a new namespace is there.
  func settle() async throws {
    guard server.fake == nil else { return }
    // From 1.24 on, accounts have no Secrets of their own.
    let hasTokens = try await !client.serverVersion().isAtLeast(1, 24)
    let isSettled = try await eventually {
      let secrets = try await resources(WorkerKinds.secret).list().items
      let root = try await live(WorkerKinds.configMap, "kube-root-ca.crt")
      let hasToken = secrets.contains { $0["type"]?.string == "kubernetes.io/service-account-token" }
      return root != nil && (hasToken || !hasTokens)
    }
    #expect(isSettled)
  }

  /// Waits for what a real cluster's controllers do a little later.
  func eventually(_ what: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<400 {
      if try await what() { return true }
      if server.fake == nil { try await Task.sleep(for: .milliseconds(50)) }
    }
    return false
  }

  /// What is in the namespace, whole and in every detail; of the namespace, its labels and annotations.
  func snapshot() async throws -> [String: JSONValue] {
    let types =
      WorkerKinds.listed(try await observer.abilities())
      + [WorkerKinds.secret, ResourceType(plural: "serviceaccounts", kind: "ServiceAccount")]
    var found: [String: JSONValue] = [:]
    for type in types {
      for object in try await resources(type).listAll().items {
        found["\(type.plural)/\(object.name ?? "")"] = .object(object.content)
      }
    }
    let space = try #require(try await live(WorkerKinds.namespace, namespace))
    // A newer server's label is the namespace's name, which is another each time.
    found["labels"] = .object(
      (space["metadata", "labels"]?.object ?? [:]).filter { $0.key != "kubernetes.io/metadata.name" })
    found["annotations"] = space["metadata", "annotations"] ?? .null
    return found
  }

  /// The same without what a real cluster makes by itself, and changes at a time of its own.
  func snapshotOfOthers() async throws -> [String: JSONValue] {
    let furniture = [
      "endpoints/", "endpointslices/", "serviceaccounts/default", "secrets/default-token", "configmaps/kube-root-ca",
    ]
    return try await snapshot().filter { entry in !furniture.contains { entry.key.hasPrefix($0) } }
  }

  /// The same without what differs from time to time and from place to place.
  func outline() async throws -> [String: JSONValue] {
    let furniture = ["endpointslices", "serviceaccounts", "secrets/default-token", "configmaps/kube-root-ca"]
    return try await snapshot().filter { entry in !furniture.contains { entry.key.hasPrefix($0) } }.mapValues { value in
      var value = value
      for field in [
        "uid", "resourceVersion", "creationTimestamp", "managedFields", "generation", "namespace", "selfLink",
        "annotations",
      ] { value["metadata", .name(field)] = nil }
      for field in ["clusterIP", "clusterIPs"] { value["spec", .name(field)] = nil }
      value["status"] = nil
      return value
    }
  }
}
