import MusterCore

/// Who is set aside for which kind, and why.
///
/// A worker is set aside for a kind after 2 invalid results, or after failures on 5 distinct tasks without a success of
/// its own between them while another worker succeeded at that kind: a success since the first of those failures
/// counts, an older one does not, or a batch of bad inputs would be blamed on everyone who touches it.
/// It ends by ``resume(worker:)``; or after 10 minutes one trial attempt decides.
///
/// A pure struct: what it returns must be carried out on the book. Errors and timeouts of a verifier must never be
/// recorded here. Names of workers and kinds come from outside, so the ledger remembers a bounded number of them.
public struct BlameLedger: Sendable {
  /// So many invalid results set a worker aside.
  public static let invalidLimit = 2
  /// Failures in a row on so many distinct tasks set it aside, if another worker succeeded meanwhile.
  public static let rowLimit = 5
  /// How long it is set aside before its trial.
  public static let pause: Duration = .seconds(600)
  /// The most pairs of worker and kind that are remembered.
  public static let mostRecords = 8192
  /// The most kinds whose latest successes are remembered.
  static let mostKinds = TaskBook.mostKinds

  var records: [BlameKey: BlameRecord] = [:]
  var successes: [String: LatestSuccess] = [:]
  /// By kind: who has a full row of failures at which nobody else has succeeded yet.
  var suspects: [String: Set<String>] = [:]
  /// Keys of the records with a pause.
  var paused: Set<BlameKey> = []
  /// When ``tick(at:)`` next has something to do.
  public internal(set) var nextDue: Moment?

  public init() {}

  // MARK: What happened

  /// The verifier found a result of the worker invalid.
  public mutating func recordInvalid(worker: String, kind: String, task: Int64, at now: Moment) -> [Sanction] {
    let key = BlameKey(worker: worker, kind: kind)
    if let again = failTrial(key, "the result of its trial attempt at kind '\(kind)' was invalid", at: now) {
      return again
    }
    guard records[key]?.pause == nil else { return [] }
    let forgotten = touch(key, at: now)
    records[key]?.invalid += 1
    guard let invalid = records[key]?.invalid, invalid >= BlameLedger.invalidLimit else { return forgotten }
    return forgotten + [setAside(key, "\(invalid) of its results for kind '\(kind)' were invalid", at: now)]
  }

  /// An attempt failed on the worker: by its program, by a timeout or for lack of memory, or it could not be run.
  public mutating func recordFailure(worker: String, kind: String, task: Int64, at now: Moment) -> [Sanction] {
    let key = BlameKey(worker: worker, kind: kind)
    if let again = failTrial(key, "its trial attempt at kind '\(kind)' failed", at: now) { return again }
    guard records[key]?.pause == nil else { return [] }
    let forgotten = touch(key, at: now)
    if records[key]?.rowStart == nil { records[key]?.rowStart = now }
    if let row = records[key]?.row, row.count < BlameLedger.rowLimit, !row.contains(task) {
      records[key]?.row.append(task)
    }
    guard let record = records[key], record.row.count >= BlameLedger.rowLimit, let start = record.rowStart else {
      return forgotten
    }
    guard let success = successes[kind], success.worker != worker, success.at >= start else {
      suspects[kind, default: []].insert(worker)
      return forgotten
    }
    return forgotten + [setAsideForRow(key, at: now)]
  }

  /// The worker's result was taken.
  public mutating func recordSuccess(worker: String, kind: String, task: Int64, at now: Moment) -> [Sanction] {
    noteSuccess(worker: worker, kind: kind, at: now)
    var sanctions: [Sanction] = []
    let key = BlameKey(worker: worker, kind: kind)
    if let record = records[key] {
      if record.pause?.trial == true {
        remove([key])
        sanctions.append(
          Sanction(worker: worker, kind: kind, rule: nil, reason: "its trial attempt at kind '\(kind)' succeeded"))
      } else if record.pause == nil {
        records[key]?.row = []
        records[key]?.rowStart = nil
        removeSuspect(key)
        if record.invalid == 0 { remove([key]) }
      }
    }
    // Nothing but this success was missing to tell a bad worker from bad tasks.
    for suspect in (suspects[kind] ?? []).sorted() {
      sanctions.append(setAsideForRow(BlameKey(worker: suspect, kind: kind), at: now))
    }
    return sanctions
  }

  /// An attempt ended without saying anything about its worker: handed back, cancelled, or lost with the connection.
  ///
  /// If it was the trial of a worker that is set aside, another one is due, or the worker would be out for ever.
  public mutating func recordNoVerdict(worker: String, kind: String, task: Int64, at now: Moment) -> [Sanction] {
    guard !paused.isEmpty, records[BlameKey(worker: worker, kind: kind)]?.pause?.trial == true else { return [] }
    return [
      Sanction(
        worker: worker, kind: kind, rule: .trial,
        reason: "its trial attempt at kind '\(kind)' ended without a verdict, so the next one decides")
    ]
  }

  // MARK: Time and people

  /// Grants a trial to those whose time is over.
  public mutating func tick(at now: Moment) -> [Sanction] {
    guard let nextDue, nextDue <= now else { return [] }
    var sanctions: [Sanction] = []
    for key in paused.sorted() {
      guard let pause = records[key]?.pause, !pause.trial, pause.until <= now else { continue }
      records[key]?.pause?.trial = true
      sanctions.append(
        Sanction(
          worker: key.worker, kind: key.kind, rule: .trial,
          reason: "it was set aside for kind '\(key.kind)' for 10 minutes, and one trial attempt decides"))
    }
    findNextDue()
    return sanctions
  }

  /// Takes a worker back for every kind: someone vouches for it. Nothing of what it did is held against it any more.
  public mutating func resume(worker: String) -> [Sanction] {
    let keys = records.keys.filter { $0.worker == worker }.sorted()
    var sanctions: [Sanction] = []
    for key in keys {
      if records[key]?.pause != nil {
        sanctions.append(Sanction(worker: worker, kind: key.kind, rule: nil, reason: "it was resumed by request"))
      }
    }
    remove(keys)
    return sanctions
  }

  /// Forgets a worker that will not come back. Not for one that merely disconnected: it would come back with a clean
  /// sheet.
  public mutating func forget(worker: String) {
    remove(records.keys.filter { $0.worker == worker })
  }

  /// One kind for which a worker is set aside.
  public struct Entry: Sendable, Hashable {
    public let kind: String
    /// One sentence that goes on from the worker's name.
    public let reason: String
    /// When its trial is due, or was.
    public let until: Moment
    /// The time is over: one attempt decides.
    public let trial: Bool
  }

  /// The kinds for which a worker is set aside, by name.
  public func entries(for worker: String) -> [Entry] {
    paused.filter { $0.worker == worker }.sorted().compactMap { key in
      records[key]?.pause.map { Entry(kind: key.kind, reason: $0.reason, until: $0.until, trial: $0.trial) }
    }
  }
}
