import Kubernetes

extension ClusterObserver {
  /// What is there under this name, and what the server would make of ours.
  func trial(_ wanted: WantedObject, isNamespaceThere: Bool) async throws -> ObservedCluster.Object {
    guard isNamespaceThere else { return ObservedCluster.Object() }
    let current = try await get(wanted.type, wanted.name)
    var result = ObservedCluster.Object(current: current.map(Redaction.redacted))
    // What goes is not there for long, and what is others' is not touched, not even as a trial.
    if let current, current["metadata", "deletionTimestamp"] != nil || ObjectOwner(current) == .other { return result }
    if Self.changesFamily(wanted, current) {
      try await tryFamily(wanted, &result)
      return result
    }
    let object = LiveReplicas.carried(wanted.object, from: current)
    do {
      let predicted: DynamicObject
      if let current, ObjectOwner(current) == .original {
        predicted = try await tryAdoption(wanted.type, object, current)
      } else {
        predicted = try await tryApply(wanted.type, object, current, &result.takeovers)
      }
      result.predicted = Redaction.redacted(predicted)
    } catch let error as KubernetesError where error.code == .refused {
      // A refusal of what is wanted belongs to the plan; a server that is busy or broken does not.
      guard let code = error.status?.code, [400, 403, 422].contains(code) else { throw error }
      result.refusal = error.message
      result.isImmutable = error.isAboutImmutableField
    }
    return result
  }

  private func tryApply(
    _ type: ResourceType, _ object: DynamicObject, _ current: DynamicObject?, _ takeovers: inout [FieldTakeover]
  ) async throws -> DynamicObject {
    let resources = client.resources(DynamicObject.self, of: type, in: namespace)
    do {
      do {
        return try await resources.apply(object, ApplyOptions(manager: WorkerNames.manager, isDryRun: true))
      } catch let error as KubernetesError where error.isConflict {
        takeovers = Self.takeovers(error)
        return try await resources.apply(
          object, ApplyOptions(manager: WorkerNames.manager, force: true, isDryRun: true))
      }
    } catch let error as KubernetesError where error.isAboutContents {
      // What an apply leaves behind may be what is refused.
      guard let current, let predicted = try? await tryAdoption(type, object, current) else { throw error }
      return predicted
    }
  }

  /// A taking-over is several steps, of which the last cannot be tried before the first is done; so what comes of them is worked
  /// out here, and the server adds its defaults and its objections.
  private func tryAdoption(
    _ type: ResourceType, _ object: DynamicObject, _ current: DynamicObject
  ) async throws -> DynamicObject {
    let adoption = Adoption(current: current)
    let operations = adoption.operations(adoption.predicted(object), isTrial: true)
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
