extension Deployment {
  /// Whether the server has seen the last change and all pods are new and available.
  public var isRolledOut: Bool {
    let wanted = spec?.replicas ?? 1
    guard let status, let seen = status.observedGeneration, seen >= (metadata.generation ?? 0) else { return false }
    return (status.updatedReplicas ?? 0) >= wanted && (status.replicas ?? 0) <= (status.updatedReplicas ?? 0)
      && (status.availableReplicas ?? 0) >= wanted
  }
}
