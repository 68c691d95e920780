import Kubernetes
import Logging

@testable import WorkerDeployment

/// Something that an autoscaler does, and which rights it cannot be done without.
struct AutoscaleDeed: Sendable {
  /// `get deployments/scale`.
  let shows: [String]
  /// As an administrator; returns the name of a pod that is ready.
  let prepare: @Sendable (Flow) async throws -> String
  let act: @Sendable (Flow, _ pod: String) async throws -> Void

  static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  static let all = [
    AutoscaleDeed(shows: ["get deployments/scale", "list pods"], prepare: ready) { flow, _ in
      let watch = watch(flow)
      defer { watch.stop() }
      _ = try await watch.look()
    },
    AutoscaleDeed(shows: ["watch pods"], prepare: ready) { flow, _ in
      let pods = flow.client.resources(AutoscaledPod.self, of: Pod.resource, in: flow.namespace)
      for try await _ in pods.watch(ListOptions(), from: "0") { return }
    },
    AutoscaleDeed(shows: ["patch deployments/scale"], prepare: ready) { flow, _ in
      try await carryOut(flow) { $0.desired = $0.wanted + 1 }
    },
    // For a server of which the ReplicaSets choose by themselves.
    AutoscaleDeed(shows: ["patch pods", "delete pods"], prepare: ready) { flow, pod in
      try await carryOut(flow, busy: [pod]) {
        $0.release = [pod]
        $0.desired = $0.wanted - 1
      }
    },
    AutoscaleDeed(shows: ["get leases", "create leases"], prepare: withoutLease) { flow, _ in try await lead(flow) },
    AutoscaleDeed(shows: ["update leases"], prepare: withFreeLease) { flow, _ in try await lead(flow) },
  ]

  private static func watch(_ flow: Flow) -> PoolWatch {
    PoolWatch(AutoscalePool("a", namespace: flow.namespace, maximum: 9), client: flow.client, logger: silent)
  }

  private static func carryOut(
    _ flow: Flow, busy: [String] = [], _ change: (inout AutoscaleDecision.Pool) -> Void
  ) async throws {
    let queue = FakeQueue()
    queue.set(queued: 0, workers: Dictionary(uniqueKeysWithValues: busy.map { ($0, 0) }))
    let watch = watch(flow)
    defer { watch.stop() }
    let report = try await watch.look()
    var part = AutoscaleDecision.Pool(wanted: report?.wanted ?? 0)
    change(&part)
    try await AutoscaleCarrier(client: flow.client, observer: queue, honoursCost: false, logger: silent)
      .carryOut(part, watch)
  }

  private static func lead(_ flow: Flow) async throws {
    let elector = LeaderElector(
      flow.client, lease: AutoscaleService.lease, in: flow.namespace, identity: "test", settings: try ElectionSettings()
    )
    try await elector.run {}
  }

  /// A pod counts as ready when its status says so, whoever has written that: there need be no node that runs it.
  @Sendable private static func ready(_ flow: Flow) async throws -> String {
    let pods = flow.client.resources(DynamicObject.self, of: Pod.resource, in: flow.namespace)
    var found: DynamicObject?
    _ = try await flow.eventually {
      found = try await pods.list().items.first { $0["metadata", "deletionTimestamp"] == nil }
      return found != nil
    }
    let name = found?.name ?? ""
    let status: JSONValue = ["status": ["conditions": [["type": "Ready", "status": "True"]]]]
    try await pods.patch(name, .strategic(status), subresource: "status")
    return name
  }

  @Sendable private static func withoutLease(_ flow: Flow) async throws -> String {
    do {
      try await flow.resources(Lease.resource).delete(AutoscaleService.lease)
    } catch let error as KubernetesError where error.isNotFound {}
    return ""
  }

  @Sendable private static func withFreeLease(_ flow: Flow) async throws -> String {
    _ = try await withoutLease(flow)
    try await flow.resources(Lease.resource).create(
      DynamicObject(Lease.resource, name: AutoscaleService.lease, namespace: flow.namespace))
    return ""
  }
}
