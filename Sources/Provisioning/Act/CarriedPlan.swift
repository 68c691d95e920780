/// A plan by machine, as it is carried out.
struct CarriedPlan: Sendable {
  enum Stage: Hashable {
    case prepare, start, finish

    init(_ phase: PlanPhase) {
      self =
        switch phase {
        case .prepare: .prepare
        case .start: .start
        case .finish: .finish
        }
    }
  }

  private struct Key: Hashable {
    var machine: String
    var stage: Stage
  }

  /// Those that have anything to do, as in the plan.
  let machines: [String]
  private let actions: [Key: [MachineAction]]
  private let needed: [String: [String]]

  init(_ plan: ClusterPlan) {
    machines = plan.machines
    actions = Dictionary(grouping: plan.actions) { Key(machine: $0.machine, stage: Stage($0.phase)) }
    needed = plan.needs
  }

  func actions(of machine: String, _ stage: Stage) -> [MachineAction] {
    actions[Key(machine: machine, stage: stage)] ?? []
  }

  /// The machines of this run without whose running service its own cannot start. Others run already, or nobody can say.
  func needs(of machine: String) -> [String] { (needed[machine] ?? []).filter(machines.contains) }
}
