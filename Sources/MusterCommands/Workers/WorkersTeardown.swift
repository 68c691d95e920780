import ArgumentParser
import Kubernetes
import WorkerDeployment

/// `muster workers teardown`
struct WorkersTeardown: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "teardown", abstract: "Take away all that was deployed, and nothing else.",
    discussion: """
      What carries no label of Muster's stays, and so does the image in its registry: other clusters may run from it. Of a \
      cluster that the original scripts deployed and Muster never took over, the deployment and the pull secret go, as with \
      their tear_down. Workers are told to leave and finish what they run.
      """)

  @OptionGroup var workers: WorkersOptions
  @Flag(help: "Print what would be done, and do nothing.") var dryRun = false
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let output = output.output
    let place = try workers.place(telling: output)
    let client = try workers.client()
    let observed = try await ClusterObserver(client: client, namespace: place.namespace).observeForTeardown()
    let plan = DeploymentPlanner.teardown(observed)
    var acting = WorkersActing(client: client, namespace: place.namespace, output: output, isDryRun: dryRun)
    acting.whenEmpty =
      observed.isNamespaceThere
      ? "there is nothing of Muster's in namespace '\(place.namespace)'" : "there is no namespace '\(place.namespace)'"
    if try await acting.act(on: plan), plan.remarks.isEmpty {
      output.note(
        "nothing of the workers is left in namespace '\(place.namespace)'; the last ones finish what they run")
    }
  }
}
