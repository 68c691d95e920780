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
  let security: ConnectionSecurity
  let time: any Timekeeper
  let logger: Logger

  /// Asks until somebody answers: the connection that is there is not given up for nobody.
  ///
  /// - Returns: the store's id; nil if whoever answers did not tell it.
  /// - Throws: `CancellationError`.
  func find() async throws -> String? {
    var pause = ReconnectBackoff.initial
    var isTold = false
    while true {
      try Task.checkCancellation()
      let report = PeerReport(security, address)
      do {
        return try await ask(report)
      } catch {
        try Task.checkCancellation()
        let reason =
          report?.lastRefusal.map { PeerReport.sentence($0, at: address) } ?? CoordinatorConnection.reason(error)
        if !isTold {
          logger.warning(
            "The coordinator lets this worker go, but at \(address) nobody takes it now (\(reason)); I stay until somebody does."
          )
        }
        isTold = true
      }
      try await time.sleep(for: pause)
      pause = min(pause * 2, Self.longestPause)
    }
  }

  private func ask(_ report: PeerReport?) async throws -> String? {
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
