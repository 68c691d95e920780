/// When an action's turn comes. All machines do what is of one phase side by side; a phase begins when those before have ended.
public enum PlanPhase: Sendable, Hashable, Comparable {
  /// All that can be done before any service starts.
  case prepare
  /// The services of a wave start: the first server, the other servers one at a time, the agents together.
  case start(wave: Int)
  /// What needs the whole cluster.
  case finish
}
