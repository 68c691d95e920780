import MusterCore

/// For a ledger that is one of several: what the others have found out takes the place of what this one knew.
extension BlameLedger {
  /// Another coordinator has set the worker aside for a kind: its time goes on here, and its trial is granted here.
  ///
  /// - Parameter until: when its trial is due; past: it is on trial. At most ``pause`` from now counts, as the clocks of two
  ///   machines may be apart.
  /// - Returns: the rule that holds from now on, and who was forgotten for it.
  public mutating func adopt(
    worker: String, kind: String, reason: String, until: Moment, at now: Moment
  ) -> [Sanction] {
    let key = BlameKey(worker: worker, kind: kind)
    let forgotten = touch(key, at: now)
    removeSuspect(key)
    let due = min(until, now + BlameLedger.pause)
    let trial = due <= now
    let wasPaused = records[key]?.pause != nil
    records[key] = BlameRecord(
      pause: BlameRecord.Pause(reason: reason, until: due, trial: trial), changed: now)
    paused.insert(key)
    if wasPaused {
      findNextDue()
    } else if !trial {
      nextDue = min(nextDue ?? due, due)
    }
    return forgotten + [Sanction(worker: worker, kind: kind, rule: trial ? .trial : .nothing, reason: reason)]
  }

  /// Another coordinator has taken the worker back for a kind, or someone through it.
  ///
  /// - Returns: empty if it was not set aside here.
  public mutating func takeBack(worker: String, kind: String) -> [Sanction] {
    let key = BlameKey(worker: worker, kind: kind)
    guard records[key]?.pause != nil else { return [] }
    remove([key])
    return [Sanction(worker: worker, kind: kind, rule: nil, reason: "it was taken back through another coordinator")]
  }

  /// What holds for a worker at a kind; nil if it is not set aside for it.
  public func entry(worker: String, kind: String) -> Entry? {
    records[BlameKey(worker: worker, kind: kind)]?.pause.map {
      Entry(kind: kind, reason: $0.reason, until: $0.until, trial: $0.trial)
    }
  }

  /// All pairs of worker and kind that are set aside, sorted.
  public var allSetAside: [(worker: String, kind: String)] { paused.sorted().map { ($0.worker, $0.kind) } }
}
