import MusterCore

/// Decides who leads, as the other clients of Kubernetes decide it, so that they can be candidates together.
///
/// Nobody's clock is trusted but one's own: a lease is over when it has not changed for its duration since this
/// candidate first saw it as it is.
struct ElectionMachine {
  enum Move: Equatable {
    /// Somebody else leads, or may.
    case wait
    /// Write this record; whether it is there already or has to be created, the caller knows.
    case write(LeaseRecord)
  }

  let identity: String
  let settings: ElectionSettings
  private(set) var isLeading = false
  private var observed: LeaseRecord?
  private var observedAt = Moment(nanoseconds: 0)
  /// When the last write that succeeded was begun: from then on others count the lease.
  private var renewedAt = Moment(nanoseconds: 0)

  init(identity: String, settings: ElectionSettings) {
    self.identity = identity
    self.settings = settings
  }

  /// Who leads as far as is known; nil: nobody.
  var leader: String? { observed?.holder.flatMap { $0.isEmpty ? nil : $0 } }

  /// Until when this one may lead without having renewed.
  var mustRenewBy: Moment { renewedAt + settings.renewDeadline }

  /// The lease was read.
  ///
  /// - Parameter record: nil if there is none.
  mutating func saw(_ record: LeaseRecord?, now: Moment) {
    guard let record else {
      observed = nil
      return
    }
    if record != observed {
      observed = record
      observedAt = now
    }
    if isLeading && record.holder != identity { isLeading = false }
  }

  /// What to do about the lease as it was last seen.
  func move(now: Moment, wall: Timestamp) -> Move {
    let time = LeaseRecord.text(wall)
    let duration = max(Int(settings.leaseDuration.components.seconds), 1)
    guard let observed, let holder = leader else {
      // Free, or given back: the count of changes goes on.
      let transitions = self.observed.map { ($0.transitions ?? 0) + 1 } ?? 0
      return .write(
        LeaseRecord(
          holder: identity, durationSeconds: duration, acquired: time, renewed: time, transitions: transitions))
    }
    if holder == identity {
      var record = observed
      record.durationSeconds = duration
      record.renewed = time
      return .write(record)
    }
    let promised = observed.durationSeconds.map { Duration.seconds(max($0, 0)) } ?? settings.leaseDuration
    guard now - observedAt >= promised else { return .wait }
    return .write(
      LeaseRecord(
        holder: identity, durationSeconds: duration, acquired: time, renewed: time,
        transitions: (observed.transitions ?? 0) + 1))
  }

  /// A write succeeded.
  ///
  /// - Parameter begun: when it was begun.
  mutating func wrote(_ record: LeaseRecord, begun: Moment, now: Moment) {
    observed = record
    observedAt = now
    renewedAt = begun
    isLeading = record.holder == identity
  }

  /// Time has passed.
  mutating func tick(now: Moment) {
    if isLeading && now >= mustRenewBy { isLeading = false }
  }

  /// What to write over `record` to give the place back; nil if it is not one's own.
  func release(_ record: LeaseRecord, wall: Timestamp) -> LeaseRecord? {
    guard record.holder == identity else { return nil }
    let time = LeaseRecord.text(wall)
    return LeaseRecord(
      holder: "", durationSeconds: 1, acquired: time, renewed: time, transitions: record.transitions)
  }
}
