import Kubernetes

@testable import WorkerDeployment

/// Without kubelets the logs of containers cannot be had; that they may be read is decided before a kubelet is asked.
extension RightsCase {
  static let status = RightsCase("telling how the workers are", prepare: deployed) { right in
    ["deployments", "replicasets", "pods"].contains(right.type.plural) && right.subresource == nil
      && right.verb != "get"
  } act: { flow, missing in
    let watch = WorkersWatch(client: flow.client, namespace: flow.namespace)
    try await watch.check()
    for try await _ in watch.situations() where missing == nil { return }
  }

  /// Of pods that do not come up it is told what the server and its quotas say, as far as it may be read.
  static let troubles = RightsCase("telling what holds workers up", prepare: deployed) { right in
    ["events", "resourcequotas"].contains(right.type.plural)
  } act: { flow, missing in
    let watch = WorkersWatch(client: flow.client, namespace: flow.namespace)
    for try await situation in watch.situations() {
      let unseen = situation.unseen.filter { $0.key.hasPrefix("events") || $0.key == "resourcequotas" }
      if let refusal = unseen.values.first { throw WorkerDeploymentError(.forbidden, refusal) }
      if missing == nil { return }
    }
  }

  /// What is read once an image cannot be pulled or a container has ended.
  static let secret = RightsCase("telling why an image is not pulled or a container ends", prepare: waited) { right in
    right.type.kind == "Secret" || right.subresource == "log"
  } act: { flow, _ in
    _ = try await flow.client.resources(SecretObject.self, in: flow.namespace).get(WorkerNames.pullSecret)
    for pod in try await pods(flow) {
      do {
        _ = try await LogNeed(pod: pod, container: nil, isPrevious: false, life: "").read(flow.client, flow.namespace)
      } catch let error as KubernetesError where error.status?.code == 400 {
        // It runs on no node.
      }
    }
  }

  /// What may not be read is not compared, and named.
  static let drift = RightsCase("telling what others have changed", prepare: deployed) { right in
    right.verb == "get" && right.type.kind != "Secret" && right.subresource == nil && right.type.kind != "Namespace"
  } act: { flow, missing in
    let report = try await flow.drift()
    guard let missing, let name = missing.name, !report.unknown.isEmpty else { return }
    // What the server says of it, for the report has it in other words.
    _ = try await flow.observer.get(missing.type, name)
  }

  static let logs = RightsCase("reading logs, of pods that run on no node", prepare: waited) { right in
    right.verb != "watch"
  } act: { flow, _ in
    try await flow.observer.check(WorkersRights.reading(.logs, in: flow.namespace).filter { $0.verb != "watch" })
    _ = try await WorkersLogs(flow.client, in: flow.namespace).read(tailLines: nil) { _ in }
  }

  static let following = RightsCase("following logs", prepare: waited) {
    $0.verb == "watch"
  } act: { flow, missing in
    try await flow.observer.check(WorkersRights.reading(.logs, in: flow.namespace))
    if missing != nil {
      try await WorkersLogs(flow.client, in: flow.namespace).follow(tailLines: nil) { _ in }
    } else {
      // Followed they are for ever; so only what it begins with.
      let pods = flow.client.resources(LogPod.self, of: Pod.resource, in: flow.namespace)
      for try await _ in pods.watch(ListOptions(), from: "0") { return }
    }
  }

  /// Deployed, with pods.
  @Sendable private static func waited(_ flow: Flow) async throws {
    try await deployed(flow)
    _ = try await flow.eventually { try await !pods(flow).isEmpty }
  }

  private static func pods(_ flow: Flow) async throws -> [String] {
    try await flow.client.resources(PartialObject.self, of: Pod.resource, in: flow.namespace).list().items
      .compactMap(\.metadata.name)
  }
}
