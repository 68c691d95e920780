/// What a batch knows about its items: which are waiting to be sent, which are in flight, how the others ended.
///
/// A value without I/O. Items are kept, inputs and all, until their end has come, so that they can be sent again after a
/// broken connection; ``hasRoom`` bounds how many that are.
struct BatchLedger {
  private struct Entry {
    var item: BatchItem
    var isAccepted = false
    /// Queued again after an end of an earlier run: ends do not count until the item was handed in once more.
    var retry = Retry.none
  }
  private enum Retry { case none, begun, sent, over }
  private var entries: [String: Entry] = [:]
  /// Ids yet to be sent on the present connection; those before `sent` have been.
  private var queue: [String] = []
  private var sent = 0
  /// Ids that were sent, and that the coordinator had no room for.
  private var postponed: [String] = []
  private var bytes = 0
  private let limits: BatchLimits
  private(set) var progress = BatchProgress()

  init(limits: BatchLimits = BatchLimits()) { self.limits = limits }

  /// Whether more items may be read.
  var hasRoom: Bool { entries.count < limits.unfinished && bytes < limits.unfinishedBytes }
  /// Whether everything was read and has ended.
  var isComplete: Bool { progress.isRead && entries.isEmpty }
  /// Ids of all that has not ended, in order of their lines.
  var unfinished: [String] { entries.values.sorted { $0.item.line < $1.item.line }.map(\.item.id) }
  /// How many items may be read now.
  var room: Int { hasRoom ? min(limits.unfinished - entries.count, limits.messageItems) : 0 }

  mutating func add(_ items: [BatchItem]) {
    for item in items where entries[item.id] == nil {
      entries[item.id] = Entry(item: item)
      queue.append(item.id)
      bytes += item.input.count
      progress.waiting += 1
    }
  }

  /// No more items will come.
  mutating func close() { progress.isRead = true }

  /// The next items to send on this connection; empty when all have been.
  mutating func take() -> [BatchItem] {
    var items: [BatchItem] = []
    var size = 0
    while sent < queue.count, items.count < limits.messageItems {
      // An item can end before its turn comes: an earlier connection brought its end.
      guard let entry = entries[queue[sent]] else {
        sent += 1
        continue
      }
      size += entry.item.input.count
      if size > limits.messageBytes, !items.isEmpty { break }
      items.append(entry.item)
      sent += 1
    }
    if sent == queue.count {
      queue.removeAll(keepingCapacity: true)
      sent = 0
    } else if sent > limits.unfinished {
      queue.removeFirst(sent)
      sent = 0
    }
    return items
  }

  /// The connection is new: what has not ended must be sent, all of it, in order of lines.
  mutating func reconnected() {
    progress.wasConnected = true
    // A retry whose answer was lost begins anew; one that the coordinator has done does no harm a second time.
    for (id, entry) in entries where entry.retry == .begun || entry.retry == .sent { entries[id]?.retry = .none }
    queue = unfinished
    sent = 0
    postponed = []
  }

  /// What the coordinator had no room for is sent again.
  mutating func resume() {
    queue += postponed
    postponed = []
  }

  /// An item that the coordinator has no room for now is put aside until ``resume()``.
  ///
  /// - Returns: the outcome of the item if the answer ends it, that is, if it was rejected.
  mutating func receive(_ answer: Muster_V1_SubmitAnswer) -> BatchOutcome? {
    guard var entry = entries[answer.id] else { return nil }
    if answer.hasProblem, answer.problem.retryAfterMilliseconds > 0 {
      postponed.append(answer.id)
      return nil
    }
    if answer.hasProblem {
      return BatchOutcome(
        line: entry.item.line, id: answer.id, state: .rejected, error: answer.problem.message,
        problem: answer.problem.code)
    }
    if entry.retry == .sent {
      entry.retry = .over
      entries[answer.id] = entry
    }
    if !entry.isAccepted {
      entry.isAccepted = true
      entries[answer.id] = entry
      progress.waiting -= 1
      progress.accepted += 1
    }
    return nil
  }

  /// - Returns: the outcome, without its result if that is too large to come with the end; nil for an id that has ended
  ///   before or is not of this batch, and for a state that is not final.
  func outcome(of end: Muster_V1_TaskEnd) -> BatchOutcome? {
    guard let entry = entries[end.id], let state = BatchOutcome.State(end.state) else { return nil }
    if entry.retry == .begun || entry.retry == .sent { return nil }
    return BatchOutcome(
      line: entry.item.line, id: end.id, state: state, result: end.result, error: end.error, attempts: end.attempts,
      worker: end.worker)
  }

  // MARK: - Retries of what an earlier run left failed

  /// Whether the item is to be queued again: once in a run.
  mutating func beginRetry(_ id: String) -> Bool {
    guard entries[id]?.retry == Retry.none else { return false }
    entries[id]?.retry = .begun
    return true
  }

  /// The coordinator has queued them again; they are handed in once more, to be followed.
  mutating func sendAgain(_ ids: [String]) {
    for id in ids where entries[id]?.retry == .begun {
      entries[id]?.retry = .sent
      queue.append(id)
    }
  }

  mutating func sample(running: UInt64) { progress.running = min(Int(clamping: running), progress.accepted) }

  /// Counts an outcome and forgets its item. To be called after the outcome is recorded, never before: a batch that is
  /// interrupted in between must meet the item again.
  mutating func settle(_ outcome: BatchOutcome) {
    guard let entry = entries.removeValue(forKey: outcome.id) else { return }
    bytes -= entry.item.input.count
    if entry.isAccepted { progress.accepted -= 1 } else { progress.waiting -= 1 }
    progress.running = min(progress.running, progress.accepted)
    switch outcome.state {
    case .done: progress.done += 1
    case .failed: progress.failed += 1
    case .cancelled: progress.cancelled += 1
    case .rejected: progress.rejected += 1
    }
  }
}
