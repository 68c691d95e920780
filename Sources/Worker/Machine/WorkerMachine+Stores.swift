import CoordinatorAPI
import TaskModel

extension WorkerMachine {
  /// Gives up what came from another store than that of the coordinator that has just welcomed us: nobody there knows it, and
  /// nobody there is to have its results. What came from a coordinator that did not name its store is left to the coordinator's
  /// own list of what is stale.
  mutating func abandonOthersWork() {
    guard let store else { return }
    var work = AbandonedWork(to: store)
    for token in sortedTokens() {
      guard let held = attempts[token], let other = held.store, other != store else { continue }
      switch held.stage {
      case .running(_, stop: .abandoned): continue
      case .running(let grant, let stop):
        work.running += 1
        attempts[token]?.stage = .running(grant, stop: .abandoned)
        dropLog(of: token)
        if stop == nil { actions.append(.cancel(token)) }
      case .arriving, .waiting:
        work.waiting += 1
        waiting.removeAll { $0 == token }
        forget(token)
      case .ended:
        work.ended += 1
        forget(token)
      }
      work.from = other
    }
    if !work.isEmpty { actions.append(.abandoned(work)) }
  }

  /// Nothing more is to be said of an attempt.
  mutating func forget(_ token: Token) {
    dropLog(of: token)
    attempts[token] = nil
  }

  private mutating func dropLog(of token: Token) {
    guard let held = attempts[token], !held.log.isEmpty else { return }
    outbox.logBytes -= held.log.text.count
    outbox.logs.removeAll { $0 == token }
    attempts[token]?.log = LogBuffer()
  }

  /// Dictionaries have no order; actions must have one that a test can name.
  func sortedTokens() -> [Token] { attempts.keys.sorted { ($0.epoch, $0.number) < ($1.epoch, $1.number) } }
}
