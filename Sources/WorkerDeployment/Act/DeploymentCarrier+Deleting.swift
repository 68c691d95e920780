import Kubernetes

extension DeploymentCarrier {
  /// Deletes what Muster has made, and of the original's objects those that their own `tear_down` deletes.
  func delete(_ wanted: WantedObject) async throws {
    guard let current = try await live(wanted), !DeploymentPlanner.isDying(current) else { return }
    switch ObjectOwner(current) {
    case .muster: break
    case .original where ["Deployment", "Secret"].contains(wanted.type.kind): break
    case .original, .other:
      throw WorkerDeploymentError(
        .notMine, "\(wanted.title) in namespace '\(namespace)' was not made by Muster, and is left alone")
    }
    try await remove(wanted, current)
  }

  /// Only this very object, not one that came under its name meanwhile. What belongs to it goes afterwards, in the background:
  /// pods drain, and the name is free at once.
  func remove(_ wanted: WantedObject, _ current: DynamicObject) async throws {
    do {
      try await resources(wanted.type).delete(
        wanted.name, DeleteOptions(propagation: .background, uid: current.uid))
    } catch let error as KubernetesError where error.isNotFound {
      // Somebody else was quicker, or an earlier request whose answer was lost.
    }
  }

  func createNamespace() async throws {
    var space = DynamicObject(WorkerKinds.namespace, name: namespace)
    // It stands there only on namespaces that Muster has made: those it may delete again.
    space["metadata", "labels"] = .object([WorkerNames.managedBy.key: .string(WorkerNames.managedBy.value)])
    do {
      try await resources(WorkerKinds.namespace).create(space, WriteOptions(manager: WorkerNames.manager))
    } catch let error as KubernetesError where error.isAlreadyExists {}
  }

  func deleteNamespace() async throws {
    let observer = ClusterObserver(client: client, namespace: namespace)
    guard let space = try await observer.get(WorkerKinds.namespace, namespace), !DeploymentPlanner.isDying(space) else {
      return
    }
    let guests = try await observer.guests(ObservedCluster())
    guard let guests else {
      throw WorkerDeploymentError(
        .notMine,
        "namespace '\(namespace)' stays: not everything in it could be seen; delete it when nothing in it is needed")
    }
    guard ObjectOwner(space) == .muster, guests.isEmpty else {
      throw WorkerDeploymentError(
        .notMine,
        "namespace '\(namespace)' stays: something that Muster has not made has come into it; delete it when nothing in it "
          + "is needed")
    }
    do {
      try await resources(WorkerKinds.namespace).delete(namespace, DeleteOptions(uid: space.uid))
    } catch let error as KubernetesError where error.isNotFound {}
  }

  /// Nil takes the annotation away.
  func annotate(_ stage: String?) async throws {
    let value: JSONValue = stage.map { .string($0) } ?? .null
    let change: JSONValue = .object(["metadata": .object(["annotations": .object([WorkerNames.stage: value])])])
    do {
      try await resources(WorkerKinds.namespace).patch(
        namespace, try .merge(change), WriteOptions(manager: WorkerNames.manager))
    } catch let error as KubernetesError where error.isNotFound && stage == nil {}
  }
}
