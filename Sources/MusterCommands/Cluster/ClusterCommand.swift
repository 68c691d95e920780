import ArgumentParser

/// `muster cluster`
struct ClusterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cluster", abstract: "Make a cluster of the machines of an inventory.",
    subcommands: [
      ClusterPing.self, ClusterCheck.self, ClusterPlanCommand.self, ClusterApply.self, ClusterStatusCommand.self,
      ClusterKubeconfig.self, ClusterReset.self,
    ])
}
