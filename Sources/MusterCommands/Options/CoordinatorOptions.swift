import ArgumentParser
import CoordinatorAPI
import MusterCore

/// `--coordinator`, on every command that speaks to one.
struct CoordinatorOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The coordinator: its address, or several with commas, tried in order. "
        + "Default: MUSTER_COORDINATOR, or \(CoordinatorAddress.standard).", valueName: "host:port"))
  var coordinator: String?

  static let variable = "MUSTER_COORDINATOR"

  var addresses: [CoordinatorAddress] {
    get throws {
      if let coordinator { return try CoordinatorAddress.list(parsing: coordinator) }
      let environment = CommandContext.current.environment
      guard let text = environment[CoordinatorOptions.variable], !text.isEmpty else { return [.standard] }
      do {
        return try CoordinatorAddress.list(parsing: text)
      } catch {
        throw APIError(error.code, "\(CoordinatorOptions.variable): \(error.message)", details: error.details)
      }
    }
  }

  /// Runs `body` with the coordinator that the options name.
  func connected<Answer: Sendable>(_ body: (CoordinatorClient) async throws -> Answer) async throws -> Answer {
    try await withCoordinator(at: try addresses, body)
  }

  var reconnecting: Reconnecting {
    get throws { Reconnecting(to: try addresses) }
  }
}
