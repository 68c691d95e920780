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
  /// So long an address may go on leading to the coordinator that has let the worker go: the change of it reaches a node a moment
  /// later, and a worker that goes before would bring what it runs to wherever it leads by then.
  static let settling: Duration = .seconds(10)

  /// Who answered.
  struct Answer: Equatable {
    /// Nil: it did not tell.
    var store: String?
    /// When that coordinator began; 0: it did not tell. Of several over one store, each has its own.
    var started: Int64

    /// Whether both are one coordinator, as far as they told.
    func isSame(as other: Answer) -> Bool { started != 0 && self == other }
  }

  let address: CoordinatorAddress
  /// Asked anew for every look: the certificate with which the worker connected here may be renewed, or another's, by then.
  let security: @Sendable (CoordinatorAddress) throws -> ConnectionSecurity
  let time: any Timekeeper
  let logger: Logger
  /// Told at each look that came to nothing, with what was seen.
  var onNobody: @Sendable (String) -> Void = { _ in }

  /// Asks until somebody answers: the connection that is there is not given up for nobody.
  ///
  /// - Parameter here: who let the worker go. If that one answers, it is asked again for a while.
  /// - Returns: the store's id; nil if whoever answers did not tell it.
  /// - Throws: `CancellationError`.
  func find(besides here: Answer?) async throws -> String? {
    let end = time.moment() + Self.settling
    var pause = ReconnectBackoff.initial
    var isTold = false
    while true {
      try Task.checkCancellation()
      var report: PeerReport?
      do {
        let security = try security(address)
        report = PeerReport(security, address)
        let answer = try await ask(security, report)
        guard let here, answer.isSame(as: here), time.moment() < end else { return answer.store }
        pause = min(pause, .milliseconds(500))
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

  private func ask(_ security: ConnectionSecurity, _ report: PeerReport?) async throws -> Answer {
    let transport = try CoordinatorTransport.make(to: address, security: security, report: report)
    return try await withCancellableClient(transport: transport) { client in
      try await Self.ask(Muster_V1_Muster.Client(wrapping: client))
    }
  }

  /// Asks over a connection that is there.
  static func ask(_ client: some Muster_V1_Muster.ClientProtocol) async throws -> Answer {
    var options = CallOptions.defaults
    options.timeout = Self.patience
    let status = try await client.getStatus(.init(), options: options)
    return Answer(store: status.storeID.isEmpty ? nil : status.storeID, started: status.startedUnixMs)
  }
}
