import MusterCore

/// Runs work on a coordinator and starts it again whenever the connection breaks.
public struct Reconnecting: Sendable {
  /// Opens a connection, runs the body on it, closes it.
  public typealias Connect = @Sendable (_ body: @Sendable (CoordinatorClient) async throws -> Void) async throws -> Void

  private let connect: Connect
  private let time: any Timekeeper
  /// How long the coordinator may be away before this gives up. Not for the first connection, which must succeed.
  private let patience: Duration

  public init(connect: @escaping Connect, time: any Timekeeper = SystemTime(), patience: Duration = .seconds(600)) {
    self.connect = connect
    self.time = time
    self.patience = patience
  }

  /// Connects over the network to the first of `addresses` that answers.
  public init(
    to addresses: [CoordinatorAddress],
    security: @escaping @Sendable (CoordinatorAddress) throws -> ConnectionSecurity = { _ in .plaintext },
    time: any Timekeeper = SystemTime(),
    patience: Duration = .seconds(600)
  ) {
    self.init(
      connect: { body in try await withCoordinator(at: addresses, security: security, body) }, time: time,
      patience: patience)
  }

  private static let firstPause = Duration.milliseconds(200)
  private static let longestPause = Duration.seconds(5)

  /// Runs `body` until it returns. It must be safe to start again: it is, from its beginning, after each broken connection.
  ///
  /// - Parameter outage: told why, once for each time that the connection breaks.
  /// - Throws: what `body` throws, if that does not pass by itself; the last error when patience runs out.
  public func run(
    outage: @Sendable (APIError) -> Void = { _ in }, _ body: @Sendable (CoordinatorClient) async throws -> Void
  ) async throws {
    var wasConnected = false
    var awaySince: Moment?
    var pause = Reconnecting.firstPause
    while true {
      let greeted = Flag()
      do {
        return try await connect { client in
          greeted.set()
          try await body(client)
        }
      } catch let error as APIError where error.isPassing && (wasConnected || greeted.isSet) {
        try Task.checkCancellation()
        wasConnected = true
        if greeted.isSet {
          awaySince = nil
          pause = Reconnecting.firstPause
        }
        let now = time.moment()
        if let awaySince, now - awaySince > patience { throw error }
        if awaySince == nil {
          awaySince = now
          outage(error)
        }
        try await time.sleep(for: pause)
        pause = min(pause * 2, Reconnecting.longestPause)
      }
    }
  }
}
