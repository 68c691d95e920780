/// The fencing token of one attempt. Every failure and result carries it; a stale one changes nothing.
///
/// The epoch is drawn at random at every start of a coordinator, so that a store restored from a backup cannot hand out
/// a token that some worker still holds. The number is made of the task's sequence number and the attempt's, so a token
/// leads to its task without an index; a sequence number is not used twice within an epoch. A token never repeats.
public struct Token: Sendable, Hashable, CustomStringConvertible {
  public let epoch: UInt64
  public let number: UInt64

  /// How many low bits of ``number`` hold the attempt.
  private static let attemptBits: UInt64 = 20

  public init(epoch: UInt64, number: UInt64) {
    self.epoch = epoch
    self.number = number
  }

  /// - Parameters:
  ///   - task: the task's sequence number, 1 to 2^43.
  ///   - attempt: 1 for the first hand-out; above 2^20 − 1 it wraps, by when the epoch has long changed.
  public init(epoch: UInt64, task: Int64, attempt: UInt32) {
    self.epoch = epoch
    self.number = UInt64(bitPattern: task) << Token.attemptBits | UInt64(attempt) & (1 << Token.attemptBits - 1)
  }

  /// The sequence number of the task that this token is for.
  public var task: Int64 { Int64(bitPattern: number >> Token.attemptBits) }

  /// Which hand-out of the task it is; 1 for the first.
  public var attempt: UInt32 { UInt32(truncatingIfNeeded: number & (1 << Token.attemptBits - 1)) }

  public var description: String { "\(String(epoch, radix: 16))-\(String(number, radix: 16))" }
}
