import ArgumentParser
import CoordinatorAPI
import MusterCore
import Settings

/// `--coordinator`, on every command that speaks to one.
struct CoordinatorOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The coordinator: its address, or several with commas, tried in order. "
        + "Default: MUSTER_COORDINATOR, then muster.yaml, then \(CoordinatorAddress.standard).",
      valueName: "host:port"))
  var coordinator: String?

  static let variable = "MUSTER_COORDINATOR"

  /// What the option says; nil when it is left out.
  var given: [CoordinatorAddress]? {
    get throws { try coordinator.map { try CoordinatorAddress.list(parsing: $0) } }
  }

  /// The option, else the variable, else the configuration file in the working directory, else the standard address.
  var addresses: [CoordinatorAddress] {
    get throws {
      if let given = try given { return given }
      let environment = CommandContext.current.environment
      guard let text = environment[CoordinatorOptions.variable], !text.isEmpty else {
        let input = SettingsInput.ofProcess(environment: environment, cores: 1)
        return try ConnectionSettings.load(input).coordinator.map(CoordinatorAddress.init)
      }
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
