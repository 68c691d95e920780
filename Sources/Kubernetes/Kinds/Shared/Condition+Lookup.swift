extension Condition {
  public var isTrue: Bool { status == "True" }
}

extension [Condition] {
  /// The condition of a type; nil if it is not there.
  public func of(_ type: String) -> Condition? { first { $0.type == type } }
}

extension Pod {
  /// Whether all of its containers run and say that they can work.
  public var isReady: Bool { status?.conditions?.of("Ready")?.isTrue ?? false }

  /// Whether its containers have ended and will not run again.
  public var isOver: Bool { status?.phase == "Succeeded" || status?.phase == "Failed" }
}

extension Node {
  public var isReady: Bool { status?.conditions?.of("Ready")?.isTrue ?? false }
}

extension Job {
  public var isComplete: Bool { status?.conditions?.of("Complete")?.isTrue ?? false }
  public var isFailed: Bool { status?.conditions?.of("Failed")?.isTrue ?? false }
}

extension Deployment {
  /// Whether the server has seen the last change and all pods are new and available.
  public var isRolledOut: Bool {
    let wanted = spec?.replicas ?? 1
    guard let status, let seen = status.observedGeneration, seen >= (metadata.generation ?? 0) else { return false }
    return (status.updatedReplicas ?? 0) >= wanted && (status.replicas ?? 0) <= (status.updatedReplicas ?? 0)
      && (status.availableReplicas ?? 0) >= wanted
  }
}
