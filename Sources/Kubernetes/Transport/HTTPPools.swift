import AsyncHTTPClient
import Synchronization

/// The connections to one server with one client certificate.
///
/// Over HTTP/2 all requests of a pool share one connection, on which servers allow about a hundred at a time; further ones
/// wait for one of those to end. Watches hardly ever end, so they have pools of their own, as many as they need: other
/// requests never wait behind them.
struct HTTPPools {
  /// Long requests in one pool: fewer than any usual server allows.
  static let mostInOne = 80

  let settings: HTTPClient.Configuration
  private var short: HTTPPool
  private var long: [HTTPPool] = []

  init(_ settings: HTTPClient.Configuration) {
    self.settings = settings
    short = HTTPPool(settings)
  }

  /// A place for one request.
  mutating func use(isLong: Bool) -> PoolUse {
    guard isLong else { return PoolUse(short) }
    let pool = long.first { $0.useCount < Self.mostInOne } ?? HTTPPool(settings)
    long.removeAll { $0 === pool || $0.useCount == 0 }
    long.append(pool)
    return PoolUse(pool)
  }

  /// Lets no new request into a pool whose connection seems dead. Those that are on it may end there.
  mutating func drop(_ pool: HTTPPool) {
    if pool === short { short = HTTPPool(settings) }
    long.removeAll { $0 === pool }
  }
}
