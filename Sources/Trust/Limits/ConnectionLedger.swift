import MusterCore

/// Counts connections and handshakes, altogether and by the peer's address, and says which are too many. A value; no clock.
public struct ConnectionLedger: Sendable {
  /// The bounds.
  public struct Limits: Sendable, Hashable {
    public var connections: Int
    public var connectionsPerAddress: Int
    /// Of peers that are not known (yet): a quarter, so that they cannot keep out those that are.
    public var strangers: Int { max(connections / 4, 1) }
    /// New connections a second, altogether and of one address; ten seconds' worth may come at once, as after a restart.
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
    case tooManyStrangers
    case tooManyConnectionsOfAddress
    case tooManyHandshakes(retryAfter: Duration)
  }

  private struct Address {
    var connections = 0
    var rate: RateLimit
  }

  private let limits: Limits
  private var total = 0
  private var strangers = 0
  private var forgot: Moment?
  private var rate: RateLimit
  private var addresses: [String: Address] = [:]

  public init(_ limits: Limits) {
    self.limits = limits
    rate = RateLimit(rate: Double(limits.handshakes), burst: Double(limits.handshakes) * 10)
  }

  /// A connection has come. One that is admitted is counted until ``closed(_:isKnown:at:)``, and among strangers until
  /// ``identified(_:)``.
  ///
  /// - Parameter address: without the port. IPv6 addresses of one /64 count as one: whoever has one of them has all.
  public mutating func opened(_ address: String, at now: Moment) -> Answer {
    let address = Self.network(address)
    if total >= limits.connections { return .tooManyConnections }
    if strangers >= limits.strangers { return .tooManyStrangers }
    forget(at: now)
    var entry =
      addresses[address]
      ?? Address(
        rate: RateLimit(rate: Double(limits.handshakesPerAddress), burst: Double(limits.handshakesPerAddress) * 10))
    if entry.connections >= limits.connectionsPerAddress { return .tooManyConnectionsOfAddress }
    // Its own first: one that is over its own must not use up what all have.
    var wait = entry.rate.take(at: now)
    if wait == nil { wait = rate.take(at: now) }
    if wait == nil {
      entry.connections += 1
      total += 1
      strangers += 1
    }
    addresses[address] = entry
    return wait.map { .tooManyHandshakes(retryAfter: $0) } ?? .admitted
  }

  /// It is known who has made a connection.
  public mutating func identified(_ address: String) { strangers = max(strangers - 1, 0) }

  /// - Parameter isKnown: ``identified(_:)`` was called for it.
  public mutating func closed(_ address: String, isKnown: Bool, at now: Moment) {
    let address = Self.network(address)
    guard var entry = addresses[address], entry.connections > 0 else { return }
    total -= 1
    if !isKnown { strangers = max(strangers - 1, 0) }
    entry.connections -= 1
    addresses[address] = entry
  }

  public var connections: Int { total }

  /// The first 64 bits of an IPv6 address, or the address.
  private static func network(_ address: String) -> String {
    guard address.contains(":"), let bytes = AddressBytes.of(address) else { return address }
    return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ".")
  }

  /// Addresses that are remembered.
  var remembered: Int { addresses.count }

  /// Addresses come from outside: what is known of those that are quiet must not pile up.
  private mutating func forget(at now: Moment) {
    guard addresses.count >= 8192, forgot.map({ now - $0 >= .seconds(1) }) ?? true else { return }
    forgot = now
    addresses = addresses.filter { $0.value.connections > 0 || !$0.value.rate.isFull(at: now) }
  }
}
