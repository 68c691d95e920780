/// The times of a leader election. All candidates should have the same.
public struct ElectionSettings: Sendable, Hashable {
  /// How long a leader that is not heard of keeps its place. Whole seconds, at least 1.
  public let leaseDuration: Duration
  /// How long a leader tries to renew before it gives up; less than `leaseDuration`, so that it has stopped before
  /// another begins.
  public let renewDeadline: Duration
  /// Between two attempts to become leader, or to stay it.
  public let retryPeriod: Duration

  /// - Throws: ``KubernetesError`` (`badValue`) for times with which two could lead at once, or none could stay leader.
  public init(
    leaseDuration: Duration = .seconds(15), renewDeadline: Duration = .seconds(10),
    retryPeriod: Duration = .seconds(2)
  ) throws(KubernetesError) {
    // Others count by the whole seconds that stand in the lease: with a part of one lost, two could lead.
    guard leaseDuration >= .seconds(1), leaseDuration.components.attoseconds == 0,
      leaseDuration <= .seconds(Int64(Int32.max)), leaseDuration > renewDeadline, renewDeadline > retryPeriod * 1.2,
      retryPeriod > .zero
    else {
      throw KubernetesError(
        .badValue,
        "a leader election with a lease of \(leaseDuration), a renew deadline of \(renewDeadline) and a retry period of "
          + "\(retryPeriod) cannot work; the lease has to be of whole seconds and longer than the deadline, and the deadline "
          + "longer than 1.2 periods, as with 15 s, 10 s and 2 s")
    }
    self.leaseDuration = leaseDuration
    self.renewDeadline = renewDeadline
    self.retryPeriod = retryPeriod
  }
}
