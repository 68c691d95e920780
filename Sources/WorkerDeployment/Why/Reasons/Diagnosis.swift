import Kubernetes

/// Why workers do not run, from what is known: a pure function, so that recorded situations are its tests.
///
/// Each reason is one sentence with its count and its cure; the same cause of many pods is one reason. The most important
/// comes first. The words of others (registries, schedulers, workers) are quoted, cleaned of control characters and cut.
public enum Diagnosis {
  /// All reasons, the most important first; hints and what passes by itself come last.
  ///
  /// - Parameter endpoint: where the workers are to find the coordinator, for the cures: `10.0.0.7:50055`.
  public static func reasons(_ situation: WorkersSituation, endpoint: String? = nil) -> [Reason] {
    let facts = SituationFacts(situation)
    var reasons = DeploymentReasons.find(facts)
    guard situation.deployment != nil else { return sorted(reasons) }
    reasons += RefusedPods.find(facts)
    reasons += NodeReasons.find(facts)
    reasons += PullReasons.find(facts)
    reasons += ContainerReasons.find(facts)
    reasons += ReadinessReasons.find(facts, endpoint: endpoint)
    reasons += PassingReasons.find(facts)
    return sorted(reasons)
  }

  /// The first reason that keeps workers from working; nil: there is none.
  public static func main(_ situation: WorkersSituation, endpoint: String? = nil) -> Reason? {
    reasons(situation, endpoint: endpoint).first { $0.cause.isTrouble }
  }

  private static func sorted(_ reasons: [Reason]) -> [Reason] {
    reasons.enumerated().sorted { a, b in
      (a.element.cause.rank, b.element.count, a.offset) < (b.element.cause.rank, a.element.count, b.offset)
    }.map(\.element)
  }
}
