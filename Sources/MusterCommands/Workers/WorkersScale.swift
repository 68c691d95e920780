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
    let place = try workers.place()
    let output = output.output
    for remark in place.remarks { output.warning(remark) }
    let client = try workers.client()
    let observed = try await ClusterObserver(client: client, namespace: place.namespace).observeWorkers()
    let plan = try DeploymentPlanner.scale(to: count, observed)
    let situation = try await WorkersWatch(client: client, namespace: place.namespace).now()
    let acting = WorkersActing(client: client, namespace: place.namespace, output: output, isDryRun: dryRun)
    try await acting.act(on: plan)
    if let capacity = Capacity(situation) {
      let sentence = capacity.sentence(for: count)
      if count > capacity.total { output.warning(sentence) } else { output.note(sentence) }
    }
    if !dryRun { try await waiting.wait(client, place.namespace, output) }
  }
}
