import MusterCore

extension BlameLedger {
  mutating func setAsideForRow(_ key: BlameKey, at now: Moment) -> Sanction {
    setAside(
      key,
      "it failed \(BlameLedger.rowLimit) tasks of kind '\(key.kind)' in a row, while another worker succeeded",
      at: now)
  }

  mutating func setAside(_ key: BlameKey, _ reason: String, at now: Moment) -> Sanction {
    removeSuspect(key)
    let until = now + BlameLedger.pause
    records[key] = BlameRecord(pause: BlameRecord.Pause(reason: reason, until: until), changed: now)
    paused.insert(key)
    nextDue = min(nextDue ?? until, until)
    return Sanction(worker: key.worker, kind: key.kind, rule: .nothing, reason: reason)
  }

  /// - Returns: nil if the worker is not on trial.
  mutating func failTrial(_ key: BlameKey, _ reason: String, at now: Moment) -> [Sanction]? {
    guard records[key]?.pause?.trial == true else { return nil }
    return [setAside(key, reason, at: now)]
  }

  mutating func remove(_ keys: some Sequence<BlameKey>) {
    var wasPaused = false
    for key in keys {
      records[key] = nil
      removeSuspect(key)
      if paused.remove(key) != nil { wasPaused = true }
    }
    if wasPaused { findNextDue() }
  }

  mutating func removeSuspect(_ key: BlameKey) {
    guard suspects[key.kind]?.remove(key.worker) != nil else { return }
    if suspects[key.kind]?.isEmpty == true { suspects[key.kind] = nil }
  }

  mutating func findNextDue() {
    nextDue = paused.compactMap { records[$0]?.pause }.filter { !$0.trial }.map(\.until).min()
  }

  mutating func noteSuccess(worker: String, kind: String, at now: Moment) {
    if successes[kind] == nil, successes.count >= BlameLedger.mostKinds {
      let latest = successes.sorted { $0.value.at > $1.value.at }.prefix(BlameLedger.mostKinds / 4 * 3)
      successes = Dictionary(uniqueKeysWithValues: latest.map { ($0.key, $0.value) })
    }
    successes[kind] = LatestSuccess(worker: worker, at: now)
  }

  /// Makes sure that there is a record, and room for it.
  mutating func touch(_ key: BlameKey, at now: Moment) -> [Sanction] {
    if records[key] != nil {
      records[key]?.changed = now
      return []
    }
    let forgotten = records.count >= BlameLedger.mostRecords ? forgetSome() : []
    records[key] = BlameRecord(changed: now)
    return forgotten
  }

  /// Forgets the oldest quarter: first those that are not set aside.
  mutating func forgetSome() -> [Sanction] {
    let oldest = records.sorted {
      ($0.value.pause == nil ? 0 : 1, $0.value.changed, $0.key) < (
        $1.value.pause == nil ? 0 : 1, $1.value.changed, $1.key
      )
    }.prefix(BlameLedger.mostRecords / 4)
    remove(oldest.map(\.key))
    return oldest.filter { $0.value.pause != nil }.map { key, _ in
      Sanction(
        worker: key.worker, kind: key.kind, rule: nil,
        reason: "over \(BlameLedger.mostRecords) pairs of worker and kind are watched, and it was the oldest")
    }
  }
}
