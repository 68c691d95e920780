import Kubernetes

extension ClusterObserver {
  /// What is there under this name, and what the server would make of ours.
  func trial(_ wanted: WantedObject, isNamespaceThere: Bool) async throws -> ObservedCluster.Object {
    guard isNamespaceThere else { return ObservedCluster.Object() }
    let current = try await get(wanted.type, wanted.name)
    var result = ObservedCluster.Object(current: current.map(Redaction.redacted))
    // What goes is not there for long, and what is others' is not touched, not even as a trial.
    if let current, current["metadata", "deletionTimestamp"] != nil || ObjectOwner(current) == .other { return result }
    let object = LiveReplicas.carried(wanted.object, from: current)
    do {
      let predicted: DynamicObject
      if let current, ObjectOwner(current) == .original {
        predicted = try await tryAdoption(wanted.type, object, current)
      } else {
        predicted = try await tryApply(wanted.type, object, &result.takeovers)
      }
      result.predicted = Redaction.redacted(predicted)
    } catch let error as KubernetesError where error.code == .refused {
      // A refusal of what is wanted belongs to the plan; a server that is busy or broken does not.
      guard let code = error.status?.code, [400, 403, 422].contains(code) else { throw error }
      result.refusal = error.message
      result.isImmutable =
        (error.status?.details?.causes ?? []).contains { $0.message?.contains("immutable") == true }
        || error.status?.message?.contains("immutable") == true
    }
    return result
  }

  private func tryApply(
    _ type: ResourceType, _ object: DynamicObject, _ takeovers: inout [FieldTakeover]
  ) async throws -> DynamicObject {
    let resources = client.resources(DynamicObject.self, of: type, in: namespace)
    do {
      return try await resources.apply(object, ApplyOptions(manager: WorkerNames.manager, isDryRun: true))
    } catch let error as KubernetesError where error.isConflict {
      takeovers = Self.takeovers(error)
      return try await resources.apply(object, ApplyOptions(manager: WorkerNames.manager, force: true, isDryRun: true))
    }
  }

  /// A taking-over is two steps, of which the second cannot be tried before the first is done; so what comes of it is worked
  /// out here, and the server adds its defaults and its objections.
  private func tryAdoption(
    _ type: ResourceType, _ object: DynamicObject, _ current: DynamicObject
  ) async throws -> DynamicObject {
    let predicted = Adoption(current: current).predicted(object)
    var operations: [PatchOperation] = []
    for (field, value) in predicted.content.sorted(by: { $0.key < $1.key })
    where !["apiVersion", "kind", "metadata", "status"].contains(field) {
      operations.append(.add("/\(field)", value))
    }
    for field in current.content.keys.sorted()
    where predicted.content[field] == nil && !["apiVersion", "kind", "metadata", "status"].contains(field) {
      operations.append(.remove("/\(field)"))
    }
    for field in ["labels", "annotations"] {
      operations.append(.add("/metadata/\(field)", predicted["metadata"]?[.name(field)] ?? .object([:])))
    }
    return try await client.resources(DynamicObject.self, of: type, in: namespace).patch(
      object.name ?? "", try .json(operations), WriteOptions(isDryRun: true, manager: WorkerNames.manager))
  }

  /// Reads `conflict with "kubectl-edit" using apps/v1`.
  private static func takeovers(_ error: KubernetesError) -> [FieldTakeover] {
    (error.status?.details?.causes ?? []).filter { $0.reason == "FieldManagerConflict" }.prefix(100).map { cause in
      let parts = (cause.message ?? "").split(separator: "\"", omittingEmptySubsequences: false)
      return FieldTakeover(path: cause.field ?? "", manager: parts.count > 1 ? String(parts[1].prefix(128)) : "another")
    }
  }
}
