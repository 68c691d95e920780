import CoordinatorAPI
import GRPCCore
import Logging
import MusterCore

/// Finds out over which store the coordinator works to which an address leads now, beside the connection that is there.
struct StoreLookout {
  /// How long one look may take.
  static let patience: Duration = .seconds(10)
  /// The longest wait between two looks.
  static let longestPause: Duration = .seconds(30)

  let address: CoordinatorAddress
  /// Asked anew for every look: the certificate with which the worker connected here may be renewed, or another's, by then.
  let security: @Sendable (CoordinatorAddress) throws -> ConnectionSecurity
  let time: any Timekeeper
  let logger: Logger
  /// Told at each look that came to nothing, with what was seen.
  var onNobody: @Sendable (String) -> Void = { _ in }

  /// Asks until somebody answers: the connection that is there is not given up for nobody.
  ///
  /// - Returns: the store's id; nil if whoever answers did not tell it.
  /// - Throws: `CancellationError`.
  func find() async throws -> String? {
    var pause = ReconnectBackoff.initial
    var isTold = false
    while true {
      try Task.checkCancellation()
      var report: PeerReport?
      do {
        let security = try security(address)
        report = PeerReport(security, address)
        return try await ask(security, report)
      } catch {
        try Task.checkCancellation()
        let reason =
          report?.lastRefusal.map { PeerReport.sentence($0, at: address) } ?? CoordinatorConnection.reason(error)
        onNobody(reason)
        if !isTold {
          logger.warning(
            "The coordinator lets this worker go, but at \(address) nobody takes it now (\(reason)); I stay until somebody does."
          )
        }
        isTold = true
      }
      // Shortened at random: of a thousand workers that look for one coordinator, not all shall find it in one instant.
      try await time.sleep(for: pause * (1 - 0.5 * Double.random(in: 0...1)))
      pause = min(pause * 2, Self.longestPause)
    }
  }

  private func ask(_ security: ConnectionSecurity, _ report: PeerReport?) async throws -> String? {
    let transport = try CoordinatorTransport.make(to: address, security: security, report: report)
    var options = CallOptions.defaults
    options.timeout = Self.patience
    let bounded = options
    let status = try await withCancellableClient(transport: transport) { client in
      try await Muster_V1_Muster.Client(wrapping: client).getStatus(.init(), options: bounded)
    }
    return status.storeID.isEmpty ? nil : status.storeID
  }
}
