import Kubernetes

extension ClusterObserver {
  /// Of these rights, those that are not there.
  public func missing(_ rights: [WorkersRight]) async throws -> [WorkersRight] {
    let missing = try await withThrowingTaskGroup(of: WorkersRight?.self) { tasks in
      for right in Set(rights) {
        tasks.addTask {
          let decision = try await client.mayI(
            right.verb, right.type, in: right.namespace, name: right.name, subresource: right.subresource)
          return decision.isAllowed ? nil : right
        }
      }
      var missing: Set<WorkersRight> = []
      for try await right in tasks { if let right { missing.insert(right) } }
      return missing
    }
    return rights.filter { missing.contains($0) }
  }

  /// - Throws: `forbidden`: one sentence with all that is missing.
  public func check(_ rights: [WorkersRight]) async throws {
    let missing = try await missing(rights)
    if !missing.isEmpty { throw lack(of: missing) }
  }

  /// One sentence with all that is missing.
  func lack(of missing: [WorkersRight], cause: (any Error)? = nil) -> WorkerDeploymentError {
    var verbs: [(verb: String, resources: [String])] = []
    for right in missing {
      let name = right.namespace == nil ? "\(right.resource) (of the cluster)" : right.resource
      if let index = verbs.firstIndex(where: { $0.verb == right.verb }) {
        if !verbs[index].resources.contains(name) { verbs[index].resources.append(name) }
      } else {
        verbs.append((right.verb, [name]))
      }
    }
    let list = verbs.map { "\($0.verb) \($0.resources.joined(separator: ", "))" }.joined(separator: "; ")
    return WorkerDeploymentError(
      .forbidden,
      "the account of this kubeconfig lacks rights in namespace '\(namespace)', and nothing was changed: \(list); "
        + "let an administrator grant them with the Role that 'muster workers rights' prints, and a RoleBinding",
      details: ["missing": list], cause: cause)
  }
}
