import ArgumentParser
import CoordinatorAPI
import Kubernetes
import Logging
import MusterCore
import ServiceLifecycle
import Settings
import Terminal
import WorkerDeployment

/// `muster workers autoscale`
struct WorkersAutoscale: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "autoscale", abstract: "Keep the number of workers at what the coordinator's queue needs.",
    discussion: """
      Runs until it is told to stop; the numbers stay as they are then. Several may run: one decides, another takes its \
      place. It needs the role admin at the coordinator, for it tells workers to drain. docs/workers-autoscaling.md says how \
      it decides.
      """)

  @OptionGroup var workers: WorkersOptions
  @OptionGroup var bounds: AutoscaleOptions
  @Flag(help: "Print what would be decided now, and change nothing.") var dryRun = false
  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var log: LogOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let environment = CommandContext.current.environment
    let place = try workers.place(telling: output.output)
    let planner = try AutoscalePlanner(try bounds.settings(), pools: try bounds.pools(in: place.namespace))
    let client = try workers.client()
    let logs = Logs(try LogSettings.load(.ofProcess(flags: log.flags, environment: environment, cores: 1)))
    let logger = logs.logger("autoscale")
    let connections = try CoordinatorConnections(coordinator: try coordinator.given, identity: coordinator.identity)
    if dryRun { return try await preview(planner, client, connections, logger) }
    let link = CoordinatorLink(
      to: Reconnecting(to: connections.addresses, security: connections.security, patience: CoordinatorLink.patience),
      logger: logger)
    let service = AutoscaleService(
      planner, client: client, observer: link, namespace: place.namespace,
      identity: environment["POD_NAME"] ?? "\(ThisProgram.hostName)-\(UInt32.random(in: 0...UInt32.max))",
      election: try ElectionSettings(), logger: logger)
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
      .init(service: link, successTerminationBehavior: .gracefullyShutdownGroup),
      .init(service: service, successTerminationBehavior: .gracefullyShutdownGroup),
    ]
    if let address = connections.addresses.first, let folder = connections.folder(for: address) {
      let renewal = IdentityRenewal(
        folder: folder, addresses: connections.addresses, logger: logger, whose: "this autoscaler")
      services.append(.init(service: renewal, successTerminationBehavior: .ignore))
    }
    try await Daemon(logger: logger).run(services)
  }

  private func preview(
    _ planner: AutoscalePlanner, _ client: KubernetesClient, _ connections: CoordinatorConnections, _ logger: Logger
  ) async throws {
    let decision = try await connections.connected { coordinator in
      try await AutoscaleService.preview(
        planner, client: client, observer: ConnectedCoordinator(client: coordinator), logger: logger)
    }
    guard decision.reason != .blind else { throw WorkerDeploymentError(.notReady, decision.why) }
    try AutoscaleDecisionView(decision).print(output.output)
  }
}
