/// What became of a machine in a run.
public enum MachineOutcome: Sendable, Equatable {
  /// All that was planned for it is done.
  case done
  /// The code of the error, and why in a sentence.
  case failed(code: String, message: String)
  /// It was not begun, or not ended, because of another machine, or because the run was stopped.
  case skipped(String)

  public var isDone: Bool { self == .done }
}
