import ArgumentParser
import Kubernetes
import MusterCore
import WorkerDeployment

/// `muster workers restart`
struct WorkersRestart: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart", abstract: "Replace all workers, one after the other, each after it has drained.")

  @OptionGroup var workers: WorkersOptions
  @Flag(help: "Print what would be done, and do nothing.") var dryRun = false
  @OptionGroup var waiting: WorkersWaiting
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let output = output.output
    let place = try workers.place(telling: output)
    let client = try workers.client()
    try await waiting.check(client, place.namespace)
    let observed = try await ClusterObserver(client: client, namespace: place.namespace).observeWorkers()
    let plan = try DeploymentPlanner.restart(at: SystemTime().timestamp(), observed)
    let acting = WorkersActing(client: client, namespace: place.namespace, output: output, isDryRun: dryRun)
    try await acting.act(on: plan)
    if !dryRun { try await waiting.wait(client, place.namespace, output) }
  }
}
