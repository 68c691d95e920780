import CoordinatorAPI
import Executors
import Logging
import MusterCore
import ServiceLifecycle
import Settings
import Worker

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

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
    let readiness = settings.readyFile.map { _ in ReadinessBoard(process: getpid()) }
    let readyFile = readiness.flatMap { board in
      chosen.readyFile.map { ReadinessFile(path: $0, board: board, logger: logger) }
    }
    // Before anything else, so that no file of an earlier worker is taken for this one's, and a place where none can be
    // written is said at once.
    try readyFile?.write()
    try await withExecutors(state: settings.state) { executors in
      let runner = ExecutorRunner(host: executors, environment: environment)
      let service: any Service =
        switch chosen.mode {
        case .muster(let addresses): try worker(chosen, addresses, runner, logger, readiness)
        case .original(let client):
          try OriginalClientService(
            configuration: try configuration(chosen, client), runner: runner, logger: logger, readiness: readiness)
        }
      var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
      // The first, because they are asked to leave in the opposite order, and the file is to be true to the end.
      if let readyFile { services.append(.init(service: readyFile, successTerminationBehavior: .ignore)) }
      // It ends by itself when its coordinator drains it.
      services.append(.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup))
      if case .muster(let addresses) = chosen.mode, let path = chosen.joining?.folder ?? chosen.identity {
        let renewal = IdentityRenewal(
          folder: IdentityFolder(path), addresses: try self.addresses(chosen, addresses), logger: logger)
        services.append(.init(service: renewal, successTerminationBehavior: .ignore))
      }
      try await Daemon(logger: logger).run(services)
    }
  }

  /// A worker of Muster's own protocol; one that joins first if it must.
  private func worker(
    _ settings: WorkerSettings, _ said: [NetworkAddress], _ runner: ExecutorRunner, _ logger: Logger,
    _ readiness: ReadinessBoard?
  ) throws -> any Service {
    guard let joining = settings.joining else {
      return try WorkerService(
        configuration: try configuration(settings, said), runner: runner, logger: logger, readiness: readiness)
    }
    let join = JoinAtStart(
      tokenFile: joining.tokenFile, folder: IdentityFolder(joining.folder), addresses: try addresses(settings, said),
      name: settings.name, logger: logger, readiness: readiness)
    var joined = settings
    joined.identity = joining.folder
    let chosen = joined
    return JoiningWorker(join: join) {
      try WorkerService(
        configuration: try configuration(chosen, said), runner: runner, logger: logger, readiness: readiness)
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
    flags["drainTimeout"] = command.drainTimeout
    flags["readyFile"] = command.readyFile
    flags["joinTokenFile"] = command.joinTokenFile
    flags["identity"] = command.coordinator.identity
    return flags
  }

  /// What is said, else where this worker joined.
  private func addresses(_ settings: WorkerSettings, _ said: [NetworkAddress]) throws -> [CoordinatorAddress] {
    if !settings.isCoordinatorGiven, let folder = settings.joining?.folder ?? settings.identity,
      let joined = try IdentityFolder(folder).facts()?.coordinator, !joined.isEmpty
    {
      return try CoordinatorAddress.list(parsing: joined)
    }
    return said.map(CoordinatorAddress.init)
  }

  private func configuration(
    _ settings: WorkerSettings, _ said: [NetworkAddress]
  ) throws -> WorkerConfiguration {
    let folder = settings.identity.map { IdentityFolder($0) }
    // Read once before anything starts, so that a bad file is said at once and ends the command.
    let certified = try folder?.load().chain.first?.commonName
    var configuration = WorkerConfiguration(
      name: settings.name ?? certified ?? WorkerConfiguration.defaultName(),
      addresses: try addresses(settings, said),
      kinds: settings.kinds, kindNames: command.kindNames, acceptsKinds: command.acceptKinds, slots: settings.slots,
      memory: settings.memory ?? ThisProgram.memory, gpus: Array(0..<settings.gpus),
      drainTimeout: settings.drainTimeout)
    if let folder { configuration.security = { _ in .tls(try folder.load()) } }
    return configuration
  }

  private func configuration(
    _ settings: WorkerSettings, _ client: WorkerSettings.OriginalClient
  ) throws -> OriginalClientConfiguration {
    guard let kind = settings.kinds.first else {
      throw CommandError(.badArgument, "the client.yaml names no circuit; give one (circuit: name)")
    }
    return OriginalClientConfiguration(
      proverID: client.proverID, upstream: CoordinatorAddress(client.upstream), pollInterval: client.pollInterval,
      circuit: kind.name, kind: kind, slots: settings.slots, drainTimeout: settings.drainTimeout)
  }
}

extension CoordinatorAddress {
  init(_ address: NetworkAddress) { self.init(host: address.host, port: address.port) }
}
