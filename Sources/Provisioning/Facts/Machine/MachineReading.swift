/// What a machine said about itself, and how its clock stood against ours when it did.
public struct MachineReading: Sendable, Hashable {
  public var facts: MachineFacts
  /// How far the machine's clock is ahead of ours; negative if it is behind.
  public var clockOffset: Duration
  /// The offset may be wrong by this much either way, as the answer took its time.
  public var clockDoubt: Duration

  public init(facts: MachineFacts, clockOffset: Duration, clockDoubt: Duration) {
    self.facts = facts
    self.clockOffset = clockOffset
    self.clockDoubt = clockDoubt
  }
}
