/// How an action on a machine ended.
enum ActionOutcome: Sendable, Equatable {
  case done
  /// - Parameter why: one sentence.
  case failed(why: String)
  /// It was not begun.
  case skipped(why: String)
}
