import Logging
import ServiceLifecycle

/// Runs services until they end or a signal asks them to.
struct Daemon {
  let logger: Logger
  /// Reads the configuration again.
  var reload: @Sendable () async -> Void = {}

  /// The first Ctrl-C or SIGTERM asks the services to leave, the last of them first; the second ends the process at once
  /// (the keeper of the executors then kills what runs). SIGHUP reads the configuration again.
  ///
  /// - Throws: what the first service that failed threw.
  func run(_ services: [ServiceGroupConfiguration.ServiceConfiguration]) async throws {
    let context = CommandContext.current
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(services: services, logger: logger))
    let interrupts = context.interrupts()
    let (logger, reload) = (logger, reload)
    let watcher = Task {
      var isLeaving = false
      for await interrupt in interrupts {
        if interrupt == .hangup, !context.hasLostItsTerminal() {
          await reload()
        } else if isLeaving {
          context.quit(interrupt == .keyboard ? ExitStatus.detached : ExitStatus.terminated)
        } else {
          isLeaving = true
          logger.notice("Leaving; a second Ctrl-C or SIGTERM ends at once.")
          await group.triggerGracefulShutdown()
        }
      }
    }
    defer { watcher.cancel() }
    try await group.run()
  }
}
