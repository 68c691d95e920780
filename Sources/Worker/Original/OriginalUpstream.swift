import CoordinatorAPI
import Foundation
import GRPCCore
import Logging
import MusterCore

/// The calls to an original coordinator: tried again while it is away, which is said once.
struct OriginalUpstream: Sendable {
  /// The longest that one call may take; the original answers at once or never.
  static let callTimeout: Duration = .seconds(30)

  let cluster: any Cluster_Cluster.ClientProtocol
  let address: CoordinatorAddress
  let time: any Timekeeper
  let logger: Logger
  private let outage: Outage
  private let readiness: ReadinessBoard?

  init(
    cluster: any Cluster_Cluster.ClientProtocol, address: CoordinatorAddress, time: any Timekeeper, logger: Logger,
    outage: Outage = Outage(), readiness: ReadinessBoard? = nil
  ) {
    self.outage = outage
    self.readiness = readiness
    self.cluster = cluster
    self.address = address
    self.time = time
    self.logger = logger
  }

  /// Makes one call, as often as it takes.
  ///
  /// - Parameter leaving: give up between two tries when it is open. Nil: never, as for a proof that must not be lost.
  /// - Returns: the answer; nil when given up.
  /// - Throws: `RPCError` with RESOURCE_EXHAUSTED (there is no work), or ``WorkerError`` when trying again cannot help.
  func call<Answer: Sendable>(
    until leaving: Latch?, _ call: (any Cluster_Cluster.ClientProtocol, CallOptions) async throws -> Answer
  ) async throws -> Answer? {
    var backoff = ReconnectBackoff()
    while true {
      if let leaving, leaving.isOpen { return nil }
      var options = CallOptions.defaults
      options.timeout = Self.callTimeout
      do {
        let answer = try await call(cluster, options)
        connected()
        return answer
      } catch let error as RPCError {
        try Task.checkCancellation()
        switch error.code {
        case .resourceExhausted:
          connected()
          throw error
        case .invalidArgument, .unimplemented, .permissionDenied, .unauthenticated, .failedPrecondition, .notFound:
          throw WorkerError(
            .upstreamRefused,
            "The coordinator at \(address) refused this client: \(error.message.isEmpty ? "\(error.code)" : error.message)",
            details: ["coordinator": address.description], cause: error)
        default: away(error)
        }
      }
      try await time.sleep(for: backoff.delay(), orUntil: leaving)
    }
  }

  private func away(_ error: RPCError) {
    readiness?.lost(address, reason: CoordinatorConnection.reason(error))
    guard outage.begin() else { return }
    logger.warning(
      "The coordinator at \(address) does not answer (\(CoordinatorConnection.reason(error))); I try again until it does."
    )
  }

  private func connected() {
    readiness?.connected(to: address)
    if outage.end() { logger.info("The coordinator at \(address) answers again.") }
  }
}
