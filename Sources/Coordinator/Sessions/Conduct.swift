import Logging
import MusterCore
import Synchronization
import TaskModel
import TaskStore

/// Keeps the record of who fails what, and sets aside whom the rules of ``BlameLedger`` name.
///
/// The store is told of each change; where it is shared by several coordinators it remembers them for all: see
/// `Conduct+Shared.swift`.
final class Conduct: Sendable {
  struct State {
    var ledger = BlameLedger()
    /// Changes of the ledger, ever.
    var changes: UInt64 = 0
    /// Changes that are being told.
    var telling = 0
    /// What the store did not take note of yet.
    var untold: Set<Pair> = []
    /// What a shared store remembers, as far as it is known here: until when each pair is set aside.
    var remembered: [Pair: Timestamp] = [:]
  }

  /// A worker at a kind.
  struct Pair: Hashable {
    let worker: String
    let kind: String
  }

  let state = Mutex(State())
  private let tallies = Mutex<[String: Tally]>([:])
  /// The store is told of one change after the other, or an older word could come last.
  private let line = SlotLimit(1)
  let store: any TaskStore
  let time: any Timekeeper
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
    var succeeded: Set<String> = []
    var sanctions: [Sanction] = []
    for (report, outcome) in zip(reports, outcomes) {
      switch report.end {
      case .done where outcome.verdict == .committed || outcome.verdict == .committedLate:
        tally.done += 1
        // One success of a kind says as much as many.
        if succeeded.insert(outcome.kind).inserted {
          sanctions += change {
            $0.recordSuccess(worker: worker, kind: outcome.kind, task: report.token.task, at: now)
          }
        }
      case .done where outcome.verdict == .verifying:
        // The verifier will tell; until then a trial goes on.
        continue
      case .failed, .timeout, .memory, .unrunnable:
        guard outcome.verdict == .committed || outcome.verdict == .requeued else { continue }
        tally.failed += 1
        sanctions += change {
          $0.recordFailure(worker: worker, kind: outcome.kind, task: report.token.task, at: now)
        }
      default:
        // A trial attempt that came to nothing says nothing: another may follow.
        sanctions += change {
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
    await carryOut(
      change { ledger in
        valid
          ? ledger.recordSuccess(worker: worker, kind: kind, task: task, at: now)
          : ledger.recordInvalid(worker: worker, kind: kind, task: task, at: now)
      })
  }

  /// An attempt that this coordinator handed out has ended without its hearing how: if it was a trial, another is due.
  func recordNoVerdict(worker: String, kind: String, task: Int64) async {
    let now = time.moment()
    await carryOut(change { $0.recordNoVerdict(worker: worker, kind: kind, task: task, at: now) })
  }

  func tick() async {
    let now = time.moment()
    for pair in state.withLock({ $0.untold }) { await tell(pair) }
    await carryOut(change { $0.tick(at: now) })
  }

  /// Takes a worker back for everything.
  func resume(worker: String) async { await carryOut(change { $0.resume(worker: worker) }) }

  /// The rules that hold for a worker which connects.
  func rules(for worker: String) -> [String: SetAsideRule] {
    Dictionary(entries(for: worker).map { ($0.kind, $0.rule) }, uniquingKeysWith: { $1 })
  }

  func entries(for worker: String) -> [BlameLedger.Entry] { state.withLock { $0.ledger.entries(for: worker) } }

  /// Everyone who is set aside, by name and kind.
  var allEntries: [(worker: String, entry: BlameLedger.Entry)] {
    state.withLock { state in
      state.ledger.allSetAside.compactMap { worker, kind in
        state.ledger.entry(worker: worker, kind: kind).map { (worker, $0) }
      }
    }
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

  // MARK: Carrying out

  private func change(_ body: (inout BlameLedger) -> [Sanction]) -> [Sanction] {
    state.withLock { state in
      let sanctions = body(&state.ledger)
      state.changes += UInt64(sanctions.count)
      state.telling += sanctions.count
      return sanctions
    }
  }

  private func carryOut(_ sanctions: [Sanction]) async {
    for sanction in sanctions {
      log(sanction)
      await tell(Pair(worker: sanction.worker, kind: sanction.kind))
      state.withLock { $0.telling -= 1 }
    }
  }

  /// - Parameter ours: this coordinator found it out; else it reads what the store remembers.
  func log(_ sanction: Sanction, ours: Bool = true) {
    let what = "\(sanction.rule == nil ? "taken back" : "set aside")\(ours ? "" : ", as the store remembers")"
    logger.log(
      level: ours ? .warning : .notice, "\(what): \(sanction.reason)",
      metadata: ["worker": "\(OriginalProver.displayName(sanction.worker))", "kind": "\(sanction.kind)"])
  }

  /// The store's book was read anew: what it had for this worker's trials may be gone.
  func reapply(to worker: String) async {
    for entry in entries(for: worker) {
      await tell(Pair(worker: worker, kind: entry.kind), remembering: false)
    }
  }

  /// Tells the store what holds now; if that fails, again at the next ``tick()``.
  ///
  /// - Parameter remembering: also what a shared store is to remember for all.
  private func tell(_ pair: Pair, remembering: Bool = true) async {
    await line.take()
    defer { line.giveBack() }
    let entry = state.withLock { $0.ledger.entry(worker: pair.worker, kind: pair.kind) }
    do {
      try await store.setAside(worker: pair.worker, kind: pair.kind, rule: entry?.rule)
      if remembering, let sharing = store.sharing { try await remember(entry, pair, in: sharing) }
      if remembering { state.withLock { _ = $0.untold.remove(pair) } }
    } catch {
      state.withLock { _ = $0.untold.insert(pair) }
    }
  }
}

extension BlameLedger.Entry {
  var rule: SetAsideRule { trial ? .trial : .nothing }
}
