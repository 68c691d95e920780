import MusterCore

/// Why a task is not running, in a form that a store completes with ids and a command line prints.
public enum WaitingReason: Sendable, Hashable {
  case waitsFor(tasks: [Int64])
  case backoff(left: Duration, failures: Int, maxAttempts: Int)
  /// No connected worker serves the kind.
  case noWorkerServes(kind: String)
  /// Every worker that serves the kind is draining or has gone.
  case noWorkerAccepts(kind: String)
  case setAside(workers: [String], kind: String)
  /// No worker has that much in all. `largest`: the most that one worker of the kind has, each taken by itself.
  case needsMore(needs: Needs, largest: Needs)
  case tooLargeForOriginal
  /// Place in line among those of the kind, 1 for the next; busy and total slots of the workers that could take it.
  case inLine(place: Int, busySlots: Int, totalSlots: Int)
  /// A worker is kept free for it.
  case reserves(worker: String)
  case runs(worker: String, started: Bool, since: Moment)
  case verifies(since: Moment)
}

extension TaskBook {
  /// Every reason that holds now, the most telling first. Empty if no live task has this number.
  ///
  /// Walks over all live tasks to find a place in line: for people, not for the hot path.
  public func why(_ task: Int64, at now: Moment) -> [WaitingReason] {
    guard let entry = entries[task], let wanted = needs[entry.needs] else { return [] }
    switch entry.life.state {
    case .waiting:
      if entry.unmet > 0 {
        return [.waitsFor(tasks: dependents.compactMap { $0.value.contains(task) ? $0.key : nil }.sorted())]
      }
      let left = entry.notBefore.map { max($0 - now, .zero) } ?? .zero
      return [
        .backoff(left: left, failures: Int(entry.life.failures), maxAttempts: Int(entry.life.maxAttempts))
      ]
    case .queued: return whyQueued(task, entry, wanted)
    case .running:
      return [.runs(worker: entry.worker ?? "?", started: entry.life.started, since: entry.since)]
    case .verifying: return [.verifies(since: entry.since)]
    case .done, .failed, .cancelled: return []
    }
  }

  private func whyQueued(_ task: Int64, _ entry: Entry, _ wanted: NeedsClass) -> [WaitingReason] {
    let kind = kinds[Int(entry.kind)].name
    if let holder = workers.values.first(where: { $0.reservedFor == task }) { return [.reserves(worker: holder.name)] }
    let serving = workers.values.filter { $0.servedKinds.contains(entry.kind) }
    if serving.isEmpty { return [.noWorkerServes(kind: kind)] }
    let accepting = serving.filter(\.accepting)
    if accepting.isEmpty { return [.noWorkerAccepts(kind: kind)] }
    let fitting = accepting.filter { wanted.needs.fits($0.capacity) }
    if fitting.isEmpty {
      let largest = Needs(
        slots: accepting.map(\.capacity.slots).max() ?? 0, memory: accepting.map(\.capacity.memory).max() ?? 0,
        gpus: accepting.map(\.capacity.gpus).max() ?? 0)
      return [.needsMore(needs: wanted.needs, largest: largest)]
    }
    let takers = fitting.filter { !(wanted.oversize && $0.refusesOversize) }
    if takers.isEmpty { return [.tooLargeForOriginal] }
    let able = takers.filter { mayTake(entry.kind, wanted, exclusion: entry.exclusion, $0) }
    if able.isEmpty { return [.setAside(workers: takers.map(\.name).sorted(), kind: kind)] }
    let latest = kinds[Int(entry.kind)].order == .latest
    let ahead = entries.count { other in
      other.value.kind == entry.kind && other.value.life.state == .queued
        && (other.value.priority > entry.priority
          || other.value.priority == entry.priority && (latest ? other.key > task : other.key < task))
    }
    return [
      .inLine(
        place: ahead + 1, busySlots: able.reduce(0) { $0 + min(Int($1.used.slots), Int($1.capacity.slots)) },
        totalSlots: able.reduce(0) { $0 + Int($1.capacity.slots) })
    ]
  }
}
