import MusterCore

/// What the machines of a cluster shall have, what they have, and what is to be done.
public struct ClusterSurvey: Sendable {
  public var wanted: WantedCluster
  /// With which the machines join, also if it was made up for this plan.
  public var token: Secret<String>
  /// By machine; without those that were not looked at.
  public var observed: [String: ObservedMachine]
  public var plan: ClusterPlan
  /// Agents for which nothing could be planned. The plan holds for the others.
  public var failures: [MachineFailure]

  /// What machines' own sources of packages were found to have, where they were tried.
  public var offers: [String: PackageOffer] { observed.compactMapValues(\.offer) }

  public init(
    wanted: WantedCluster, token: Secret<String>, observed: [String: ObservedMachine], plan: ClusterPlan,
    failures: [MachineFailure] = []
  ) {
    self.wanted = wanted
    self.token = token
    self.observed = observed
    self.plan = plan
    self.failures = failures
  }
}
