import MusterCore

/// Counts connections and handshakes, altogether and by the peer's address, and says which are too many. A value; no clock.
public struct ConnectionLedger: Sendable {
  /// The bounds.
  public struct Limits: Sendable, Hashable {
    public var connections: Int
    public var connectionsPerAddress: Int
    /// New connections a second, altogether and of one address; four seconds' worth may come at once.
    public var handshakes: Int
    public var handshakesPerAddress: Int

    public init(
      connections: Int = 16_384, connectionsPerAddress: Int = 4096, handshakes: Int = 1000,
      handshakesPerAddress: Int = 250
    ) {
      self.connections = connections
      self.connectionsPerAddress = connectionsPerAddress
      self.handshakes = handshakes
      self.handshakesPerAddress = handshakesPerAddress
    }
  }

  public enum Answer: Sendable, Hashable {
    case admitted
    case tooManyConnections
    case tooManyConnectionsOfAddress
    case tooManyHandshakes(retryAfter: Duration)
  }

  private struct Address {
    var connections = 0
    var rate: RateLimit
  }

  private let limits: Limits
  private var total = 0
  private var rate: RateLimit
  private var addresses: [String: Address] = [:]

  public init(_ limits: Limits) {
    self.limits = limits
    rate = RateLimit(rate: Double(limits.handshakes), burst: Double(limits.handshakes) * 4)
  }

  /// A connection has come. One that is admitted is counted until ``closed(_:at:)``.
  public mutating func opened(_ address: String, at now: Moment) -> Answer {
    if total >= limits.connections { return .tooManyConnections }
    forget(at: now)
    var entry =
      addresses[address]
      ?? Address(
        rate: RateLimit(rate: Double(limits.handshakesPerAddress), burst: Double(limits.handshakesPerAddress) * 4))
    if entry.connections >= limits.connectionsPerAddress { return .tooManyConnectionsOfAddress }
    // Its own first: one that is over its own must not use up what all have.
    var wait = entry.rate.take(at: now)
    if wait == nil { wait = rate.take(at: now) }
    if wait == nil {
      entry.connections += 1
      total += 1
    }
    addresses[address] = entry
    return wait.map { .tooManyHandshakes(retryAfter: $0) } ?? .admitted
  }

  public mutating func closed(_ address: String, at now: Moment) {
    guard var entry = addresses[address], entry.connections > 0 else { return }
    total -= 1
    entry.connections -= 1
    addresses[address] = entry
  }

  public var connections: Int { total }

  /// Addresses that are remembered.
  var remembered: Int { addresses.count }

  /// Addresses come from outside: what is known of those that are quiet must not pile up.
  private mutating func forget(at now: Moment) {
    guard addresses.count >= 8192 else { return }
    addresses = addresses.filter { $0.value.connections > 0 || !$0.value.rate.isFull(at: now) }
  }
}
