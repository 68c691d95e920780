/// What happens while a plan is carried out: for progress, the journal and programs.
public enum RunEvent: Sendable {
  /// How far an action is.
  public enum ActionState: Sendable, Equatable {
    case begun
    case done(took: Duration)
    /// Why, in a sentence.
    case failed(String)
    /// Why, in a sentence.
    case skipped(String)
  }

  case action(MachineAction, ActionState)
  /// Bytes that have gone to a machine, of those that its present actions take along.
  case upload(machine: String, bytes: Int, of: Int)
  /// Nothing more is done with a machine.
  case machine(String, MachineOutcome)
}
