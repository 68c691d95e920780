import ArgumentParser

/// Drives the ground-floor libraries as a program of their users would, for the scripts beside it.
@main
struct GroundBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ground-bench", abstract: "Does one thing with a ground-floor library, for others to measure.",
    subcommands: [KubernetesBench.self])
}

struct KubernetesBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kubernetes", abstract: "The Kubernetes client, against the cluster of KUBECONFIG.",
    subcommands: [WatchBench.self, ApplyBench.self])
}
