import Coordinator
import Logging
import MusterCore
import ServiceLifecycle
import Settings
import Terminal

/// Does the work of `muster coordinator run`.
struct CoordinatorStart {
  private let command: CoordinatorRun

  init(_ command: CoordinatorRun) { self.command = command }

  func run() async throws {
    let input = SettingsInput.ofProcess(
      configFile: command.file, flags: command.service.flags.merging(command.log.flags) { $1 },
      environment: CommandContext.current.environment, cores: ThisProgram.cores)
    let settings = try CoordinatorSettings.load(input)
    let logs = Logs(settings.log)
    let logger = logs.logger("coordinator")
    for warning in settings.warnings { logger.warning("\(warning)") }
    try await withExecutors(state: settings.state) { executors in
      let output = Output(results: CommandContext.current.results)
      let service = try await CoordinatorParts(settings: settings, logs: logs).service(executors) { served in
        let http = served.http.map { ", http \($0)" } ?? ""
        try? output.line("coordinator  \(served.grpc.joined(separator: ", "))\(http)")
      }
      let daemon = Daemon(logger: logger) { await reload(input, service, logger) }
      try await daemon.run([.init(service: service)])
    }
  }

  @Sendable private func reload(_ input: SettingsInput, _ service: CoordinatorService, _ logger: Logger) async {
    do {
      try await service.reload(kinds: try CoordinatorSettings.load(input).kinds)
    } catch {
      logger.error("The configuration is not taken; the old one stays in force. \(error)")
    }
  }
}
