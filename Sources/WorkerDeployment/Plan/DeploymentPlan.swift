/// What to do, in order, and what is worth knowing before.
public struct DeploymentPlan: Sendable, Hashable {
  public var actions: [DeploymentAction]
  /// Warnings and hints, a sentence each.
  public var remarks: [String]

  public init(actions: [DeploymentAction] = [], remarks: [String] = []) {
    self.actions = actions
    self.remarks = remarks
  }

  public var isEmpty: Bool { actions.isEmpty }
}
