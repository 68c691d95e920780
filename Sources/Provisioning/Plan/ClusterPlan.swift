/// What to do on all machines, in an order in which it can be done one by one.
public struct ClusterPlan: Sendable, Equatable {
  /// By phase; within one, by machine as in the inventory; of one machine, in order.
  public var actions: [MachineAction]
  /// Which machines' services must run before a machine's own can start.
  public var needs: [String: [String]]
  /// What forbids to carry it out, a sentence each.
  public var problems: [String]
  /// What is worth knowing, a sentence each.
  public var remarks: [String]

  public init(
    actions: [MachineAction] = [], needs: [String: [String]] = [:], problems: [String] = [], remarks: [String] = []
  ) {
    self.actions = actions
    self.needs = needs
    self.problems = problems
    self.remarks = remarks
  }

  public var isEmpty: Bool { actions.isEmpty }

  /// The machines on which something is changed, and not only in what the cluster says of others.
  public var changedMachines: Set<String> {
    Set(
      actions.filter { action in
        switch action.deed {
        case .mark, .forgetNode: false
        default: true
        }
      }.map(\.machine))
  }

  /// The machines that have anything to do, each once, in the order of the actions.
  public var machines: [String] {
    var seen: Set<String> = []
    return actions.map(\.machine).filter { seen.insert($0).inserted }
  }

  /// The phases that have anything to do, in their order.
  public var phases: [PlanPhase] { Set(actions.map(\.phase)).sorted() }

  /// What one machine does in a phase.
  public func actions(of machine: String, in phase: PlanPhase) -> [MachineAction] {
    actions.filter { $0.machine == machine && $0.phase == phase }
  }
}
