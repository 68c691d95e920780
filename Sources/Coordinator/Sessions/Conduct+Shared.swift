import MusterCore
import TaskModel
import TaskStore

/// For a store that several coordinators share: what each has found out holds for all.
///
/// A coordinator counts what it sees; whom it sets aside, the store remembers with the time of the trial, and the others take
/// over within a second, or when the worker comes to them.
extension Conduct {
  /// How often it is looked what others have found out.
  static let lookPace: Duration = .seconds(1)

  /// The same pair of worker and kind, if two times are this close: a time goes through two clocks.
  private static let sameTime: Duration = .seconds(1)

  /// Until cancelled.
  func lookAtOthers(_ sharing: any SharedStore) async {
    while !Task.isCancelled {
      // Housekeeping says it when the store does not answer.
      try? await takeOver(from: sharing)
      do { try await time.sleep(for: Self.lookPace) } catch { return }
    }
  }

  /// Takes over what the store remembers: of one worker, or of all.
  ///
  /// Does nothing while this coordinator's own word is on its way.
  func takeOver(_ worker: String? = nil, from sharing: any SharedStore) async throws {
    let before = state.withLock { $0.isQuiet ? $0.changes : nil }
    guard let before else { return }
    let records = try await sharing.setAsideRecords(of: worker)
    let (now, wall) = (time.moment(), time.timestamp())
    let sanctions = state.withLock { state -> [Sanction] in
      guard state.isQuiet, state.changes == before else { return [] }
      return state.takeOver(records, of: worker, now: now, wall: wall, tolerance: Self.sameTime)
    }
    for sanction in sanctions {
      log(sanction, ours: false)
      do {
        try await store.setAside(worker: sanction.worker, kind: sanction.kind, rule: sanction.rule)
      } catch {
        state.withLock { _ = $0.untold.insert(Pair(worker: sanction.worker, kind: sanction.kind)) }
      }
    }
  }

  /// Has the store remember what holds for a pair.
  func remember(_ entry: BlameLedger.Entry?, _ pair: Pair, in sharing: any SharedStore) async throws {
    guard let entry else {
      try await sharing.remember(nil, worker: pair.worker, kind: pair.kind)
      state.withLock { $0.remembered[pair] = nil }
      return
    }
    let exact = time.timestamp() + (entry.until - time.moment())
    let known = state.withLock { $0.remembered[pair] }
    let until = known.map { Self.areSame($0, exact) ? $0 : exact } ?? exact
    if entry.trial, let known, Self.areSame(known, until) {
      // Another may have granted the trial, and set the worker aside anew after it: that must not be overwritten.
      let record = try await sharing.setAsideRecords(of: pair.worker).first { $0.kind == pair.kind }
      guard let record, Self.areSame(record.until, until), record.rule != .trial else { return }
    }
    try await sharing.remember(
      SetAsideRecord(
        worker: pair.worker, kind: pair.kind, rule: entry.rule, reason: entry.reason, until: until),
      worker: pair.worker, kind: pair.kind)
    state.withLock { $0.remembered[pair] = until }
  }

  private static func areSame(_ a: Timestamp, _ b: Timestamp) -> Bool { abs((a - b).seconds) <= sameTime.seconds }

  /// Takes a worker back wherever it is set aside; for people.
  func resumeEverywhere(worker: String, in sharing: any SharedStore) async throws {
    for record in try await sharing.setAsideRecords(of: worker) {
      try await sharing.remember(nil, worker: worker, kind: record.kind)
    }
    await resume(worker: worker)
    // The one that has it takes it back at once; the others within a second.
    _ = try await sharing.post(.resume, to: worker)
  }
}

extension Conduct.State {
  /// Nothing of this coordinator's own is on its way to the store.
  var isQuiet: Bool { telling == 0 && untold.isEmpty }

  /// - Returns: what changes by it.
  mutating func takeOver(
    _ records: [SetAsideRecord], of worker: String?, now: Moment, wall: Timestamp, tolerance: Duration
  ) -> [Sanction] {
    var sanctions: [Sanction] = []
    var present: Set<Conduct.Pair> = []
    for record in records {
      let pair = Conduct.Pair(worker: record.worker, kind: record.kind)
      present.insert(pair)
      if let known = remembered[pair], abs((known - record.until).seconds) <= tolerance.seconds { continue }
      remembered[pair] = record.until
      sanctions += ledger.adopt(
        worker: record.worker, kind: record.kind, reason: record.reason, until: now + (record.until - wall), at: now)
    }
    let known = worker.map { worker in remembered.keys.filter { $0.worker == worker } } ?? Array(remembered.keys)
    for pair in known where !present.contains(pair) {
      remembered[pair] = nil
      sanctions += ledger.takeBack(worker: pair.worker, kind: pair.kind)
    }
    return sanctions
  }
}
