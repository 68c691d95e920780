/// How many workers there are to be now, which of them go, and why.
public struct AutoscaleDecision: Sendable, Hashable {
  /// What happens to one pool. The parts are carried out in this order.
  public struct Pool: Sendable, Hashable {
    /// The replicas on which this was decided. If there are others by now, nothing is to be done.
    public var wanted: Int
    /// Pods that were chosen to go by somebody who did not come to do it: their marks are taken away.
    public var unmark: [String] = []
    /// Pods that never became workers, and go.
    public var withdraw: [String] = []
    /// Workers without a task in hand that go. Each is told to drain first; one that turns out to have got a task
    /// meanwhile stays, and the replicas are lowered by one less.
    public var release: [String] = []
    /// The replicas to set; less than ``wanted`` by as many as ``withdraw`` and ``release`` have, or more, for pods that
    /// are asked for and not made yet have no names.
    public var desired: Int

    public init(wanted: Int) {
      self.wanted = wanted
      desired = wanted
    }

    public var isNothing: Bool { unmark.isEmpty && desired == wanted }
  }

  /// What it comes down to, for those who tell of changes only: the sentence counts seconds.
  public enum Reason: String, Sendable, Hashable, CaseIterable {
    /// Workers come.
    case raising
    /// Workers go.
    case lowering
    /// There are as many as are needed.
    case steady
    /// Nothing certain is known.
    case blind
    /// What is needed is asked for, and is not there yet.
    case pending
    /// More are needed than the maximum, the hard cap or the pools' own maxima allow.
    case limited
    /// No pool serves what is queued.
    case unserved
    /// More are needed, but not for long enough.
    case upWindow = "up_window"
    /// Fewer are enough, but not for long enough.
    case downWindow = "down_window"
    /// Fewer are enough, but numbers changed a moment ago.
    case cooldown
    /// Fewer are enough, but none of them is without a task.
    case busy
  }

  /// By the pool's name; pools of which nothing is known are missing.
  public var pools: [String: Pool]
  /// How many workers the work that is left needs, before minimum, maximum and windows.
  public var needed: Int
  public var reason: Reason
  /// One sentence. Begins with `holding because` if nothing is done though something else was needed, or nothing is known.
  public var why: String

  public init(pools: [String: Pool] = [:], needed: Int = 0, reason: Reason, why: String) {
    self.pools = pools
    self.needed = needed
    self.reason = reason
    self.why = why
  }

  /// Over all pools.
  public var desired: Int { pools.values.reduce(0) { $0 + $1.desired } }
  public var isNothing: Bool { pools.values.allSatisfy(\.isNothing) }
}
