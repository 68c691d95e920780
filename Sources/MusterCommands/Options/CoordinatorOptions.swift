import ArgumentParser
import CoordinatorAPI
import MusterCore
import Trust

/// `--coordinator` and `--identity`, on every command that speaks to one.
struct CoordinatorOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The coordinator: its address, or several with commas, tried in order. "
        + "Default: MUSTER_COORDINATOR, then muster.yaml, then the last login, then \(CoordinatorAddress.standard).",
      valueName: "host:port"))
  var coordinator: String?

  @Option(
    help: ArgumentHelp(
      "The folder with your certificate, or 'none'. Default: MUSTER_IDENTITY, then that of your login.",
      valueName: "dir"), completion: .directory)
  var identity: String?

  static let variable = "MUSTER_COORDINATOR"

  /// What the option says; nil when it is left out.
  var given: [CoordinatorAddress]? {
    get throws { try coordinator.map { try CoordinatorAddress.list(parsing: $0) } }
  }

  private var connections: CoordinatorConnections {
    get throws { try CoordinatorConnections(coordinator: try given, identity: identity) }
  }

  /// The option, else the variable, else the configuration file in the working directory, else the last login, else the
  /// standard address.
  var addresses: [CoordinatorAddress] { get throws { try connections.addresses } }

  /// Whose tasks those are that are handed in; nil: nobody's in particular.
  var namespace: String? {
    get throws {
      let connections = try connections
      guard let address = connections.addresses.first, let folder = connections.folder(for: address) else { return nil }
      return try folder.load().chain.first.flatMap { Identity($0) }?.namespace
    }
  }

  /// Runs `body` with the coordinator that the options name.
  func connected<Answer: Sendable>(_ body: (CoordinatorClient) async throws -> Answer) async throws -> Answer {
    try await connections.connected(body)
  }

  /// Runs `body` with the calls about tokens and certificates.
  func trusted<Answer: Sendable>(
    _ body: @Sendable @escaping (any Muster_V1_Trust.ClientProtocol, CoordinatorAddress) async throws -> Answer
  ) async throws -> Answer {
    let connections = try connections
    return try await connections.connected { client in
      try await client.trust { try await body($0, client.address) }
    }
  }

  var reconnecting: Reconnecting {
    get throws {
      let connections = try connections
      return Reconnecting(to: connections.addresses, security: connections.security)
    }
  }
}
