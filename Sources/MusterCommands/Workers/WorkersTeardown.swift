import ArgumentParser
import Kubernetes
import OCIImages
import Terminal
import WorkerDeployment

/// `muster workers teardown`
struct WorkersTeardown: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "teardown", abstract: "Take away all that was deployed, and nothing else.",
    discussion: """
      What carries no label of Muster's stays. The image that was delivered goes too, unless another tag of its repository or \
      something else in this cluster is the same image; an image of your own stays. If the registry refuses or cannot be \
      reached, everything else is done, the image stays, and a warning says how it is deleted; the exit status is 0. Of a \
      cluster that the original scripts deployed and Muster never took over, the deployment and the pull secret go, as with \
      their tear_down. Workers are told to leave and finish what they run.
      """)

  @OptionGroup var workers: WorkersOptions
  @Flag(help: "Leave the image in its registry.") var keepImage = false
  @Option(help: ArgumentHelp("Who deletes the image. Default: IMAGE_AUTH_USER.", valueName: "name"))
  var imageUser: String?
  @Option(
    help: ArgumentHelp("A file with the user's password. Default: IMAGE_AUTH_PASSWORD holds it.", valueName: "file"),
    completion: .file())
  var imagePasswordFile: String?
  @OptionGroup(title: "The registry") var registry: WorkersRegistryOptions
  @Flag(help: "Print what would be done, and do nothing.") var dryRun = false
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let output = output.output
    let place = try workers.place(telling: output)
    let client = try workers.client()
    let observed = try await ClusterObserver(client: client, namespace: place.namespace)
      .observeForTeardown(imageToo: !keepImage)
    guard !keepImage, let image = observed.delivered else {
      return try await act(observed, client, output, deleteImage: nil)
    }
    let flags = ["image.user": imageUser, "image.passwordFile": imagePasswordFile].compactMapValues(\.self)
    let login = try RegistryLogin.resolve(try workers.input(flags))
    try await RegistryClient.with(registry.configuration(login, at: image.reference.registry)) { registry in
      var observed = observed
      observed.imageVerdict = try await ImageRemoval(image, at: registry).verdict()
      try await act(observed, client, output) { image in
        if let why = try await ImageRemoval(image, at: registry).remove() { output.warning(why) }
      }
    }
  }

  private func act(
    _ observed: ObservedCluster, _ client: KubernetesClient, _ output: Output,
    deleteImage: (@Sendable (DeliveredImage) async throws -> Void)?
  ) async throws {
    let plan = DeploymentPlanner.teardown(observed)
    var acting = WorkersActing(client: client, namespace: observed.name, output: output, isDryRun: dryRun)
    acting.deleteImage = deleteImage
    acting.whenEmpty =
      observed.isNamespaceThere
      ? "there is nothing of Muster's in namespace '\(observed.name)'" : "there is no namespace '\(observed.name)'"
    if try await acting.act(on: plan), plan.remarks.isEmpty {
      output.note("nothing of the workers is left in namespace '\(observed.name)'; the last ones finish what they run")
    }
  }
}
