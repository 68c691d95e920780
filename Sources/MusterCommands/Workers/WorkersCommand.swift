import ArgumentParser

/// `muster workers`
struct WorkersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workers", abstract: "Deploy workers on Kubernetes, scale them, re-point them, take them away.",
    discussion: """
      What the workers are to be comes from flags, from the variables of the original scripts (COORDINATOR_EP, IMAGE_REPO, \
      CLUSTER_NS, …) and from workers.yaml; docs/workers-values.md lists them all. Nothing is changed by 'plan', by 'status' \
      and with --dry-run.
      """,
    subcommands: [
      WorkersPlan.self, WorkersDeploy.self, WorkersStatusCommand.self, WorkersScale.self, WorkersEndpoint.self,
      WorkersLogsCommand.self, WorkersAutoscale.self, WorkersRestart.self, WorkersTeardown.self,
      WorkersRightsCommand.self,
    ])
}
