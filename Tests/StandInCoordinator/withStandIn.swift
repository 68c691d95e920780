import CoordinatorAPI
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2

/// Serves a stand-in on a free port of the loopback interface while `body` runs.
public func withStandIn<Answer: Sendable>(
  _ coordinator: StandInCoordinator = StandInCoordinator(), port: Int = 0,
  _ body: @Sendable (StandInCoordinator, CoordinatorAddress) async throws -> Answer
) async throws -> Answer {
  let server = GRPCServer(
    transport: .http2NIOPosix(
      address: .ipv4(host: "127.0.0.1", port: port), transportSecurity: .plaintext,
      config: .defaults {
        $0.http2.maxConcurrentStreams = 10_000
        $0.rpc.maxRequestPayloadSize = 32 << 20
      }),
    services: [coordinator])
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await server.serve() }
    defer { group.cancelAll() }
    guard let port = try await server.listeningAddress?.ipv4?.port else {
      throw RPCError(code: .internalError, message: "the stand-in has no address")
    }
    return try await body(coordinator, CoordinatorAddress(host: "127.0.0.1", port: port))
  }
}
