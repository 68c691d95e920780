import GRPCCore
import MusterCore

/// Connects to the first of `addresses` that answers, runs `body` with it, and closes the connection.
///
/// The greeting goes first: `body` runs only with a coordinator whose protocol this program speaks.
/// - Parameter patience: how long each address may take to answer the greeting.
/// - Throws: ``APIError`` (`no_coordinator`, `not_muster`, `protocol_mismatch`) when there is none to speak to, else
///   whatever `body` throws.
public func withCoordinator<Answer: Sendable>(
  at addresses: [CoordinatorAddress], patience: Duration = .seconds(5), isolation: isolated (any Actor)? = #isolation,
  _ body: (CoordinatorClient) async throws -> Answer
) async throws -> Answer {
  var silent: (any Error)?
  for address in addresses {
    let answer: Answer? = try await withGRPCClient(transport: try CoordinatorTransport.make(to: address)) { grpc in
      let client = CoordinatorClient(calls: Muster_V1_Muster.Client(wrapping: grpc), address: address)
      do {
        try await client.greet(patience: patience)
      } catch let error as APIError where error.code == .noCoordinator {
        silent = error
        return nil
      }
      return try await body(client)
    }
    if let answer { return answer }
  }
  throw APIError.noCoordinator(at: addresses, cause: silent)
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
