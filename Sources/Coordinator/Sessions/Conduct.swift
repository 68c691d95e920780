import Logging
import MusterCore
import Synchronization
import TaskModel
import TaskStore

/// Keeps the record of who fails what, and sets aside whom the rules of ``BlameLedger`` name.
final class Conduct: Sendable {
  private let ledger = Mutex(BlameLedger())
  private let tallies = Mutex<[String: Tally]>([:])
  /// What the store did not take note of yet.
  private let untold = Mutex<[Sanction]>([])
  private let store: any TaskStore
  private let time: any Timekeeper
  private let logger: Logger

  /// What a worker brought in since this coordinator knows it.
  struct Tally: Sendable {
    var done: UInt64 = 0
    var failed: UInt64 = 0
    var invalid: UInt64 = 0
  }

  init(store: any TaskStore, time: any Timekeeper, logger: Logger) {
    self.store = store
    self.time = time
    self.logger = logger
  }

  /// Takes down what a worker's reports came to.
  func record(worker: String, reports: [EndReport], outcomes: [EndOutcome]) async {
    let now = time.moment()
    var tally = Tally()
    var sanctions: [Sanction] = []
    var succeeded: Set<String> = []
    for (report, outcome) in zip(reports, outcomes) {
      switch report.end {
      case .done where outcome.verdict == .committed || outcome.verdict == .committedLate:
        tally.done += 1
        // One success of a kind says as much as many.
        if succeeded.insert(outcome.kind).inserted {
          sanctions += ledger.withLock {
            $0.recordSuccess(worker: worker, kind: outcome.kind, task: report.token.task, at: now)
          }
        }
      case .done where outcome.verdict == .verifying:
        // The verifier will tell; until then a trial goes on.
        continue
      case .failed, .timeout, .memory, .unrunnable:
        guard outcome.verdict == .committed || outcome.verdict == .requeued else { continue }
        tally.failed += 1
        sanctions += ledger.withLock {
          $0.recordFailure(worker: worker, kind: outcome.kind, task: report.token.task, at: now)
        }
      default:
        // A trial attempt that came to nothing says nothing: another may follow.
        sanctions += ledger.withLock {
          $0.recordNoVerdict(worker: worker, kind: outcome.kind, task: report.token.task, at: now)
        }
      }
    }
    add(tally, to: worker)
    await carryOut(sanctions)
  }

  /// Takes down what the verifier said of a worker's result.
  func record(worker: String, kind: String, task: Int64, valid: Bool) async {
    let now = time.moment()
    add(valid ? Tally(done: 1) : Tally(invalid: 1), to: worker)
    let sanctions = ledger.withLock { ledger in
      valid
        ? ledger.recordSuccess(worker: worker, kind: kind, task: task, at: now)
        : ledger.recordInvalid(worker: worker, kind: kind, task: task, at: now)
    }
    await carryOut(sanctions)
  }

  func tick() async {
    let now = time.moment()
    let again = untold.withLock { untold in
      defer { untold = [] }
      return untold
    }
    for sanction in again { await tell(sanction) }
    await carryOut(ledger.withLock { $0.tick(at: now) })
  }

  /// Takes a worker back for everything.
  func resume(worker: String) async { await carryOut(ledger.withLock { $0.resume(worker: worker) }) }

  /// The rules that hold for a worker which connects.
  func rules(for worker: String) -> [String: SetAsideRule] {
    let entries = ledger.withLock { $0.entries(for: worker) }
    return Dictionary(
      entries.map { ($0.kind, $0.trial ? SetAsideRule.trial : SetAsideRule.nothing) }, uniquingKeysWith: { $1 })
  }

  func entries(for worker: String) -> [BlameLedger.Entry] {
    ledger.withLock { $0.entries(for: worker) }
  }

  func tally(of worker: String) -> Tally { tallies.withLock { $0[worker] ?? Tally() } }

  private func add(_ tally: Tally, to worker: String) {
    tallies.withLock { tallies in
      // Names come from outside: what is known of workers long gone must not pile up.
      if tallies.count > 100_000 { tallies.removeAll() }
      tallies[worker, default: Tally()].done += tally.done
      tallies[worker, default: Tally()].failed += tally.failed
      tallies[worker, default: Tally()].invalid += tally.invalid
    }
  }

  private func carryOut(_ sanctions: [Sanction]) async {
    for sanction in sanctions {
      logger.warning(
        "\(sanction.rule == nil ? "taken back" : "set aside"): \(sanction.reason)",
        metadata: ["worker": "\(OriginalProver.displayName(sanction.worker))", "kind": "\(sanction.kind)"])
      await tell(sanction)
    }
  }

  /// The store's book was read anew: what it had for this worker's trials may be gone.
  func reapply(to worker: String) async {
    for (kind, rule) in rules(for: worker) {
      await tell(Sanction(worker: worker, kind: kind, rule: rule, reason: ""))
    }
  }

  private func tell(_ sanction: Sanction) async {
    do {
      try await store.setAside(worker: sanction.worker, kind: sanction.kind, rule: sanction.rule)
    } catch {
      untold.withLock { $0.append(sanction) }
    }
  }
}
