import ArgumentParser
import Kubernetes
import WorkerDeployment

/// `muster workers scale`
struct WorkersScale: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scale", abstract: "Set the number of workers.",
    discussion: "Says how many can run on today's nodes, and what the others wait for. Nodes are not scaled.")

  @Argument(help: ArgumentHelp("How many.", valueName: "count")) var count: Int
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
    let plan = try DeploymentPlanner.scale(to: count, observed)
    let capacity = try await capacity(client, place.namespace)
    let acting = WorkersActing(client: client, namespace: place.namespace, output: output, isDryRun: dryRun)
    try await acting.act(on: plan)
    if let capacity {
      let sentence = capacity.sentence(for: count)
      if count > capacity.total { output.warning(sentence) } else { output.note(sentence) }
    }
    if !dryRun { try await waiting.wait(client, place.namespace, output) }
  }

  /// Nil: the account may not see what is needed to know; setting the number takes less.
  private func capacity(_ client: KubernetesClient, _ namespace: String) async throws -> Capacity? {
    do {
      return Capacity(try await WorkersWatch(client: client, namespace: namespace).now())
    } catch let error as KubernetesError where error.status?.code == 403 {
      return nil
    }
  }
}
