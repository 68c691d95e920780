/// The fencing token of one attempt. Every heartbeat, failure and result carries it; a stale one changes nothing.
///
/// The epoch is drawn at random at every start of a coordinator, so that a store restored from a backup cannot hand out
/// a token that some worker still holds; the number counts up within the epoch. A token never repeats.
public struct Token: Sendable, Hashable, CustomStringConvertible {
  public let epoch: UInt64
  public let number: UInt64

  public init(epoch: UInt64, number: UInt64) {
    self.epoch = epoch
    self.number = number
  }

  public var description: String { "\(String(epoch, radix: 16))-\(String(number, radix: 16))" }
}
