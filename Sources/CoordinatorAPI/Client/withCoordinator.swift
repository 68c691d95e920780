import GRPCCore
import MusterCore

/// Connects to the first of `addresses` that answers, runs `body` with it, and closes the connection.
///
/// The greeting goes first: `body` runs only with a coordinator whose protocol this program speaks.
/// - Parameters:
///   - security: how to connect; read anew for each address, because certificates are renewed.
///   - patience: how long each address may take to answer the greeting.
/// - Throws: ``APIError`` (`no_coordinator`, `not_muster`, `protocol_mismatch`) when there is none to speak to, else
///   whatever `body` throws.
public func withCoordinator<Answer: Sendable>(
  at addresses: [CoordinatorAddress],
  security: @Sendable (CoordinatorAddress) throws -> ConnectionSecurity = { _ in .plaintext },
  patience: Duration = .seconds(5), isolation: isolated (any Actor)? = #isolation,
  _ body: (CoordinatorClient) async throws -> Answer
) async throws -> Answer {
  var silent: (any Error)?
  for address in addresses {
    // A call of a task that is cancelled already might never end, see `withCancellableClient`.
    try Task.checkCancellation()
    let security = try security(address)
    let report = PeerReport(security, address)
    let transport = try CoordinatorTransport.make(to: address, security: security, report: report)
    let answer: Answer? = try await withGRPCClient(transport: transport) { grpc in
      let client = CoordinatorClient(
        calls: Muster_V1_Muster.Client(wrapping: grpc), trust: Muster_V1_Trust.Client(wrapping: grpc), address: address)
      do {
        try await client.greet(patience: patience)
      } catch let error as APIError where error.code == .noCoordinator {
        if let refusal = report?.lastRefusal { throw APIError.untrusted(address, refusal) }
        if let standing = await APIError.standing(between: address, and: security) { throw standing }
        silent = error
        return nil
      }
      return try await body(client)
    }
    if let answer { return answer }
  }
  throw APIError.noCoordinator(at: addresses, cause: silent)
}

extension APIError {
  /// Why nobody answered a greeting, if it will not pass by itself: somebody is there who does not speak as we do.
  ///
  /// - Parameter isWorker: who asks joins, where others log in.
  public static func standing(
    between address: CoordinatorAddress, and security: ConnectionSecurity, isWorker: Bool = false
  ) async -> APIError? {
    switch await TransportProbe.look(at: address, patience: .seconds(2)) {
    case .tls where !security.isTLS: .wantsTLS(address, isWorker: isWorker)
    case .otherwise where security.isTLS:
      .speaksNoTLS(
        address,
        cure:
          "your certificate is for one that does; if this coordinator was started with --insecure, say so with --identity none"
      )
    default: nil
    }
  }
}

extension PeerReport {
  /// Nil for a connection without TLS.
  public convenience init?(_ security: ConnectionSecurity, _ address: CoordinatorAddress) {
    guard case .tls(let identity) = security else { return nil }
    self.init(authorities: identity.authorities, host: address.host)
  }
}

extension CoordinatorClient {
  /// Asks who is there, and checks that both sides speak a common version of the protocol.
  /// - Returns: the coordinator's status.
  /// - Throws: ``APIError``: `no_coordinator`, `not_muster` or `protocol_mismatch`, each with its cure.
  @discardableResult
  public func greet(patience: Duration = .seconds(5)) async throws -> Muster_V1_GetStatusResponse {
    var options = CallOptions.defaults
    options.timeout = patience
    let status: Muster_V1_GetStatusResponse
    do {
      status = try await calls.getStatus(.init(), options: options)
    } catch let error as RPCError {
      if Task.isCancelled { throw CancellationError() }
      switch error.code {
      case .unavailable, .deadlineExceeded, .cancelled:
        throw APIError.noCoordinator(at: [address], cause: error)
      case .unauthenticated, .permissionDenied: throw APIError.translating(error, at: address)
      default:
        throw APIError(
          .notMuster,
          "what listens at \(address) is not a Muster coordinator (\(error.message.isEmpty ? "\(error.code)" : error.message)); "
            + "name the port of its own protocol with --coordinator HOST:PORT",
          details: ["coordinator": address.description], cause: error)
      }
    }
    _ = try ProtocolVersions.own.agree(
      with: ProtocolVersions(status.protocol), peer: "the coordinator at \(address)", build: status.build)
    return status
  }
}
