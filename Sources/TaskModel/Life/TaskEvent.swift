/// What can happen to a task.
public enum TaskEvent: Sendable, Hashable {
  /// What it waited for is there: its dependencies are done and its backoff is over.
  case released
  case claimed(Token)
  /// The worker's program for this attempt runs.
  case started(Token)
  /// The worker brought a result. `verify`: the kind has a verifier that must judge it first.
  case succeeded(Token, verify: Bool)
  /// The attempt failed, timed out, asked to be run again or could not be run.
  case attemptFailed(Token)
  /// The attempt's worker died, or its lease ended.
  case attemptLost(Token)
  /// The worker handed the attempt back without having started it.
  case attemptReturned(Token)
  case judgedValid(Token)
  case judgedInvalid(Token)
  /// The result of an attempt that had been lost passed the verifier.
  case lateResultJudgedValid(Token)
  case cancelled
  case deadlinePassed
  case dependencyFailed
  /// Someone asked to try a failed or cancelled task anew. `waiting`: it still has unfinished dependencies.
  case retried(waiting: Bool)
}

/// What an event did to a task.
public enum TaskReaction: Sendable, Hashable {
  case moved(from: TaskState, to: TaskState)
  case refused(Refusal)

  public enum Refusal: Sendable, Hashable {
    /// The token is not that of the attempt to which this event applies.
    case stale
    /// The task is final; the first commit won.
    case final(TaskState)
    /// The event means nothing in this state.
    case notApplicable
  }
}
