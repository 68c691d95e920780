import CoordinatorAPI
import TaskModel

/// A coordinator lets its worker go to wherever its address leads now.
extension WorkerMachine {
  /// Where a worker is on its way from one connection to the next, when it was asked to make one.
  enum Move: Equatable {
    case none
    /// To be looked where the address leads now; until then everything goes on, but nothing more is handed out here.
    case asked
    /// It leads to another store: what runs is finished and reported here first.
    case finishing
    /// Nothing is left here, or what runs goes along.
    case ready
  }

  mutating func askedToMove() {
    // One that leaves connects nowhere any more.
    guard move == .none, !isDraining else { return }
    move = .asked
    actions.append(.lookForStore)
  }

  /// Does nothing when the worker was told to leave meanwhile: the coordinator would take the closing for its goodbye, and
  /// give what runs to others.
  mutating func moveAlong() {
    guard link == .up, move == .asked, !isDraining else { return }
    move = .ready
    actions.append(.move)
  }

  mutating func finishBeforeMoving() {
    guard link == .up, move == .asked else { return }
    move = .finishing
    mustAnnounce = true
    handBackUnstarted("Worker \(settings.name) goes to another coordinator.")
  }

  mutating func moveIfDone() {
    guard move == .finishing, attempts.isEmpty else { return }
    move = .ready
    actions.append(.move)
  }

  /// Gives back what has not started.
  mutating func handBackUnstarted(_ reason: String) {
    waiting.removeAll()
    for token in sortedTokens() {
      switch attempts[token]?.stage {
      case .arriving, .waiting: end(token, AttemptResult(outcome: .returned, error: reason))
      default: break
      }
    }
  }

  /// Why nothing more is taken on this connection; nil if it is.
  var reasonToTakeNothing: String? {
    if isDraining { return "Worker \(settings.name) is leaving." }
    return move == .none || move == .asked ? nil : "Worker \(settings.name) goes to another coordinator."
  }
}
