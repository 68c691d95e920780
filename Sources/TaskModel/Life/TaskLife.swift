/// One task's life as a state machine: the table of `docs/guarantees.md` in code. No I/O, no clock.
///
/// Every store decides by this struct what an event does, so that a rule stands in one place.
public struct TaskLife: Sendable, Hashable {
  public private(set) var state: TaskState
  /// The current attempt's token while `running`, and the judged attempt's while `verifying`; the last one's afterwards.
  public private(set) var token: Token?
  /// The worker said that the current attempt's program runs. Only such an attempt uses one up when it is lost.
  public private(set) var started: Bool
  /// Attempts used up so far.
  public private(set) var failures: UInt16
  /// How often the task was handed out, whatever became of it.
  public private(set) var handouts: UInt32
  /// 1 or more.
  public let maxAttempts: UInt16

  /// A new task.
  public init(waiting: Bool, maxAttempts: UInt16) {
    self.init(
      state: waiting ? .waiting : .queued, token: nil, started: false, failures: 0, handouts: 0,
      maxAttempts: maxAttempts)
  }

  /// A task as it was stored.
  public init(
    state: TaskState, token: Token?, started: Bool, failures: UInt16, handouts: UInt32, maxAttempts: UInt16
  ) {
    self.state = state
    self.token = token
    self.started = started
    self.failures = failures
    self.handouts = handouts
    self.maxAttempts = max(maxAttempts, 1)
  }

  /// Applies `event` if the table allows it in this state; says what came of it. A refused event changes nothing.
  public mutating func apply(_ event: TaskEvent) -> TaskReaction {
    if state.isFinal { return applyWhenFinal(event) }
    switch event {
    case .released:
      guard state == .waiting else { return .refused(.notApplicable) }
      return move(to: .queued)
    case .claimed(let token):
      guard state == .queued else { return .refused(.notApplicable) }
      self.token = token
      started = false
      handouts &+= 1
      return move(to: .running)
    case .started(let token):
      guard isCurrent(token) else { return .refused(.stale) }
      started = true
      return .moved(from: .running, to: .running)
    case .succeeded(let token, let verify):
      guard isCurrent(token) else { return .refused(.stale) }
      return move(to: verify ? .verifying : .done)
    case .attemptFailed(let token):
      guard isCurrent(token) else { return .refused(.stale) }
      return useUpAttempt()
    case .attemptLost(let token):
      guard isCurrent(token) else { return .refused(.stale) }
      return started ? useUpAttempt() : move(to: .queued)
    case .attemptReturned(let token):
      guard isCurrent(token) else { return .refused(.stale) }
      return move(to: .queued)
    case .judgedValid(let token):
      guard state == .verifying, self.token == token else { return .refused(.stale) }
      return move(to: .done)
    case .judgedInvalid(let token):
      guard state == .verifying, self.token == token else { return .refused(.stale) }
      return useUpAttempt()
    case .lateResultJudgedValid(let token):
      // Whatever attempt is current is given up in the same step: the task is done.
      self.token = token
      return move(to: .done)
    case .cancelled:
      return move(to: .cancelled)
    case .deadlinePassed:
      // One that has not started fails; one whose attempt is under way is cancelled.
      return move(to: state == .running && started || state == .verifying ? .cancelled : .failed)
    case .dependencyFailed:
      guard state == .waiting else { return .refused(.notApplicable) }
      return move(to: .failed)
    case .retried:
      return .refused(.notApplicable)
    }
  }

  /// Whether `token` is that of the attempt under way.
  public func isCurrent(_ token: Token) -> Bool { state == .running && self.token == token }

  private mutating func applyWhenFinal(_ event: TaskEvent) -> TaskReaction {
    guard case .retried(let waiting) = event, state != .done else { return .refused(.final(state)) }
    failures = 0
    started = false
    return move(to: waiting ? .waiting : .queued)
  }

  private mutating func useUpAttempt() -> TaskReaction {
    if failures < .max { failures += 1 }
    // A task to be tried again waits for its backoff first.
    return move(to: failures >= maxAttempts ? .failed : .waiting)
  }

  private mutating func move(to next: TaskState) -> TaskReaction {
    let previous = state
    state = next
    return .moved(from: previous, to: next)
  }
}
