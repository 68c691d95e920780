import Kubernetes
import MusterCore

extension DeploymentCarrier {
  /// How often a change is tried again because another writer was there first.
  private static let attempts = 10

  func resources(_ type: ResourceType) -> ResourceClient<DynamicObject> {
    client.resources(DynamicObject.self, of: type, in: namespace)
  }

  func live(_ wanted: WantedObject) async throws -> DynamicObject? {
    try await ClusterObserver(client: client, namespace: namespace).get(wanted.type, wanted.name)
  }

  func apply(_ wanted: WantedObject) async throws {
    var last: (any Error)?
    for _ in 0..<Self.attempts {
      var current = try await live(wanted)
      if let going = current, DeploymentPlanner.isDying(going) {
        try await waitUntilGone(wanted, uid: going.uid)
        current = nil
      }
      try check(wanted, current)
      do {
        if let taken = current, ObjectOwner(taken) == .original { current = try await takeOver(wanted, taken) }
        do {
          try await apply(wanted, over: current)
        } catch let error as KubernetesError where error.isAboutContents {
          guard let refused = current else { throw error }
          try await apply(wanted, over: try await takeOver(wanted, refused))
        }
        return
      } catch let error as KubernetesError where error.isConflict {
        last = error
      } catch let error as KubernetesError where error.isAboutImmutableField {
        throw WorkerDeploymentError(
          .unsupported, "\(error.message); it has changed since it was looked at: plan again, and it is made anew",
          cause: error)
      }
    }
    if let last { throw last }
  }

  private func apply(_ wanted: WantedObject, over current: DynamicObject?) async throws {
    var object = LiveReplicas.carried(wanted.object, from: current)
    // The number of workers is that of this version: a scaler that was quicker is not overruled.
    if LiveReplicas.isCarried(wanted.object), let current { object.resourceVersion = current.resourceVersion }
    try await resources(wanted.type).apply(object, manager: WorkerNames.manager, force: true)
  }

  /// The first two steps of an ``Adoption``; returns the object as it is then.
  private func takeOver(_ wanted: WantedObject, _ current: DynamicObject) async throws -> DynamicObject {
    var current = current
    let adoption = Adoption(current: current)
    let predicted = adoption.predicted(LiveReplicas.carried(wanted.object, from: current))
    let operations = adoption.operations(predicted, isTrial: false)
    if operations.count > 1 {
      current = try await resources(wanted.type).patch(
        wanted.name, try .json(operations), WriteOptions(manager: WorkerNames.manager))
    }
    guard let fields = Adoption(current: current).handOver(apiVersion: wanted.type.apiVersion),
      let version = current.resourceVersion
    else { return current }
    let change: JSONValue = .object([
      "metadata": .object(["resourceVersion": .string(version), "managedFields": fields])
    ])
    return try await resources(wanted.type).patch(wanted.name, try .merge(change))
  }

  /// - Throws: `notMine`.
  private func check(_ wanted: WantedObject, _ current: DynamicObject?) throws {
    guard let current, ObjectOwner(current) == .other else { return }
    throw WorkerDeploymentError(
      .notMine,
      "\(wanted.title) in namespace '\(namespace)' was made neither by Muster nor by the original scripts, and is left alone"
    )
  }

  func adjust(_ wanted: WantedObject) async throws {
    try check(wanted, try await live(wanted))
    try await resources(wanted.type).patch(
      wanted.name, try .strategic(wanted.object), WriteOptions(manager: WorkerNames.adjuster))
  }

  func recreate(_ wanted: WantedObject) async throws {
    if let current = try await live(wanted) {
      try check(wanted, current)
      // After a cut, it may be the new one already.
      let isNew =
        ObjectOwner(current) == .muster && wanted.type.kind == "Deployment"
        && current["spec", "selector"] == wanted.object["spec", "selector"]
      if !isNew, !DeploymentPlanner.isDying(current) { try await remove(wanted, current) }
      if !isNew { try await waitUntilGone(wanted, uid: current.uid) }
    }
    try await apply(wanted)
    // A controller takes the Endpoints of a service that is gone away, a moment later: those that follow are not to be taken for
    // them.
    if wanted.type.kind == "Service" { try await client.time.sleep(for: settling) }
  }

  /// - Throws: `notReady` when it takes longer than ``goneLimit``.
  private func waitUntilGone(_ wanted: WantedObject, uid: String?) async throws {
    let end = client.time.moment() + goneLimit
    while let current = try await live(wanted), current.uid == uid {
      guard client.time.moment() < end else {
        let holders = (current["metadata", "finalizers"]?.array ?? []).compactMap(\.string)
        let held = holders.isEmpty ? "" : ", held by its finalizers \(holders.joined(separator: ", "))"
        throw WorkerDeploymentError(
          .notReady,
          "\(wanted.title) was deleted \(goneLimit.components.seconds) s ago and is not gone\(held); "
            + "look at what holds it, then give the same command again")
      }
      try await client.time.sleep(for: .milliseconds(250))
    }
  }
}
