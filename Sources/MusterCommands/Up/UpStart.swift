import Coordinator
import CoordinatorAPI
import Executors
import Logging
import MusterCore
import ServiceLifecycle
import Settings
import Terminal
import Worker

/// Does the work of `muster up`.
struct UpStart {
  private let command: Up

  init(_ command: Up) { self.command = command }

  func run() async throws {
    let input = self.input
    let settings = try UpSettings.load(input)
    let logs = Logs(settings.coordinator.log)
    let logger = logs.logger("up")
    for warning in settings.warnings { logger.warning("\(warning)") }
    try await withExecutors(state: settings.coordinator.state) { executors in
      let place = Announcement<CoordinatorPlace>()
      let parts = CoordinatorParts(settings: settings.coordinator, logs: logs)
      let greeting = UpGreeting(settings, parts)
      let context = CommandContext.current
      let coordinator = try await parts.service(executors) { served in
        greeting.print(served, to: context.results)
        if let own = parts.ownPlace(served) { place.tell(own) }
      }
      let workers = (0..<settings.workers).map { number in
        EmbeddedWorker(
          configuration(of: number, settings), kinds: settings.coordinator.kinds, coordinator: place,
          executors: executors, logger: logs.logger("worker"))
      }
      // Services leave in the opposite order: the coordinator last, so that it takes what the workers finish.
      let daemon = Daemon(logger: logger) {
        await reload(input, coordinator, workers, logger)
      }
      try await daemon.run(
        [.init(service: coordinator)]
          + workers.map {
            .init(
              service: $0, successTerminationBehavior: .ignore, failureTerminationBehavior: .gracefullyShutdownGroup)
          })
    }
  }

  private var input: SettingsInput {
    var flags = command.service.flags.merging(command.log.flags) { $1 }
    flags["workers"] = command.workers.map(String.init)
    flags["slots"] = command.slots.map(String.init)
    return .ofProcess(
      configFile: command.file, flags: flags, environment: CommandContext.current.environment, cores: ThisProgram.cores)
  }

  private func configuration(of number: Int, _ settings: UpSettings) -> WorkerConfiguration {
    WorkerConfiguration(
      name: "local-\(number + 1)", slots: settings.slots,
      memory: settings.memory ?? ThisProgram.memory / UInt64(max(settings.workers, 1)),
      gpus: Array(number * settings.gpus..<(number + 1) * settings.gpus))
  }

  @Sendable private func reload(
    _ input: SettingsInput, _ coordinator: CoordinatorService, _ workers: [EmbeddedWorker], _ logger: Logger
  ) async {
    do {
      let settings = try UpSettings.load(input)
      try await coordinator.reload(kinds: settings.coordinator.kinds)
      for worker in workers { worker.reload(settings.coordinator.kinds) }
    } catch {
      logger.error("The configuration is not taken; the old one stays in force. \(error)")
    }
  }
}
