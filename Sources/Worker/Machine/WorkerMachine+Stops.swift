import TaskModel

extension WorkerMachine {
  /// Ends an attempt on the coordinator's word. One that is over already is left to its end.
  mutating func stop(_ token: Token, unstartedOnly: Bool = false) {
    guard let held = attempts[token] else { return }
    switch held.stage {
    case .arriving, .waiting:
      waiting.removeAll { $0 == token }
      end(
        token,
        unstartedOnly
          ? AttemptResult(outcome: .returned, error: "Given back before it started, as the coordinator asked.")
          : AttemptResult(outcome: .cancelled, error: "Cancelled before it started."))
    case .running(let grant, stop: nil) where !unstartedOnly:
      attempts[token]?.stage = .running(grant, stop: .asked)
      actions.append(.cancel(token))
    case .running, .ended: break
    }
  }

  mutating func drain() {
    guard !isDraining else { return }
    isDraining = true
    mustAnnounce = true
    handBackUnstarted("Worker \(settings.name) is leaving.")
  }

  mutating func handBack() {
    drain()
    for token in sortedTokens() {
      guard case .running(let grant, stop: nil) = attempts[token]?.stage else { continue }
      attempts[token]?.stage = .running(grant, stop: .handedBack)
      actions.append(.cancel(token))
    }
  }
}
