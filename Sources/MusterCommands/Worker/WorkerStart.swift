import CoordinatorAPI
import Executors
import Logging
import MusterCore
import ServiceLifecycle
import Settings
import Worker

/// Does the work of `muster worker run`.
struct WorkerStart {
  private let command: WorkerRun

  init(_ command: WorkerRun) { self.command = command }

  func run() async throws {
    let environment = CommandContext.current.environment
    var settings = try WorkerSettings.load(
      .ofProcess(
        configFile: command.file, clientConfigFile: command.clientConfig, flags: try flags(), environment: environment,
        cores: ThisProgram.cores))
    if !command.acceptKinds, !command.kindNames.isEmpty { try settings.keepKinds(command.kindNames) }
    let logs = Logs(settings.log)
    let logger = logs.logger("worker")
    for warning in settings.warnings { logger.warning("\(warning)") }
    let chosen = settings
    try await withExecutors(state: settings.state) { executors in
      let runner = ExecutorRunner(host: executors, environment: environment)
      let service: any Service =
        switch chosen.mode {
        case .muster(let addresses):
          try WorkerService(configuration: configuration(chosen, addresses), runner: runner, logger: logger)
        case .original(let client):
          try OriginalClientService(configuration: try configuration(chosen, client), runner: runner, logger: logger)
        }
      try await Daemon(logger: logger).run([
        // It ends by itself when its coordinator drains it.
        .init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)
      ])
    }
  }

  /// Under the names of the settings.
  private func flags() throws -> [String: String] {
    var flags = command.log.flags
    // Read here, so that every form of an address is understood, and handed on in the plain one.
    flags["coordinator"] = try command.coordinator.given.map {
      $0.map(\.description).joined(separator: ",")
    }
    flags["slots"] = command.slots.map(String.init)
    flags["memory"] = command.memory
    flags["gpus"] = command.gpus.map(String.init)
    flags["name"] = command.name
    flags["state"] = command.state
    return flags
  }

  private func configuration(_ settings: WorkerSettings, _ addresses: [NetworkAddress]) -> WorkerConfiguration {
    WorkerConfiguration(
      name: settings.name ?? WorkerConfiguration.defaultName(), addresses: addresses.map(CoordinatorAddress.init),
      kinds: settings.kinds, kindNames: command.kindNames, acceptsKinds: command.acceptKinds, slots: settings.slots,
      memory: settings.memory ?? ThisProgram.memory, gpus: Array(0..<settings.gpus))
  }

  private func configuration(
    _ settings: WorkerSettings, _ client: WorkerSettings.OriginalClient
  ) throws -> OriginalClientConfiguration {
    guard let kind = settings.kinds.first else {
      throw CommandError(.badArgument, "the client.yaml names no circuit; give one (circuit: name)")
    }
    return OriginalClientConfiguration(
      proverID: client.proverID, upstream: CoordinatorAddress(client.upstream), pollInterval: client.pollInterval,
      circuit: kind.name, kind: kind, slots: settings.slots)
  }
}

extension CoordinatorAddress {
  init(_ address: NetworkAddress) { self.init(host: address.host, port: address.port) }
}
