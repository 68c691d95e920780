import ArgumentParser
import Kubernetes
import WorkerDeployment

/// `muster workers endpoint`
struct WorkersEndpoint: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "endpoint", abstract: "Point the running workers at another coordinator, without restarting them.",
    discussion: """
      The address behind the service cluster-coordinator changes; then the coordinator where the workers are now is asked to \
      let them go, because connections that live do not notice. Over the same store they go on with what they run. A name \
      instead of an address is part of the pods, which then restart one after the other.
      """)

  @Argument(help: ArgumentHelp("The coordinator: an address or a name.", valueName: "host[:port]")) var address: String
  @OptionGroup var workers: WorkersOptions
  @Flag(help: "Print what would be done, and do nothing.") var dryRun = false
  @Option(
    help: ArgumentHelp(
      "The folder with your certificate for the coordinator where they are now, or 'none'. Default: MUSTER_IDENTITY, then "
        + "that of your login.", valueName: "dir"), completion: .directory)
  var identity: String?
  @OptionGroup var waiting: WorkersWaiting
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let output = output.output
    let place = try workers.place(telling: output)
    let client = try workers.client()
    try await waiting.check(client, place.namespace)
    // Without a port here, COORDINATOR_PORT or the values file may name one.
    let nothing = WorkerDeploymentError(.badValue, "the coordinator's address is empty; give HOST or HOST:PORT")
    guard !address.allSatisfy(\.isWhitespace) else { throw nothing }
    guard let endpoint = try CoordinatorEndpoint.resolve(try workers.input(["coordinator": address])) else {
      throw nothing
    }
    let observer = ClusterObserver(client: client, namespace: place.namespace)
    let (values, wanted) = try await WorkersRepointing(observer: observer).wanted(endpoint)
    let observed = try await observer.observe(DeploymentPlanner.endpointObjects(wanted), leftovers: false)
    let plan = try DeploymentPlanner.endpoint(values, wanted, observed)
    var acting = WorkersActing(client: client, namespace: place.namespace, output: output, isDryRun: dryRun)
    let releasing = WorkersReleasing(client, place.namespace, identity: identity, output: output)
    let leaving =
      values.wire == .original || plan.restartsWorkers
      ? []
      : WorkersReleasing.leaving(
        observed.objects["endpoints/\(WorkerNames.service)"]?.current, for: endpoint.description)
    if !leaving.isEmpty {
      let sentence = "then asks \(leaving.joined(separator: ", ")) to let the workers go that are still there"
      if dryRun { output.note(sentence) }
      acting.whenEmpty = "the way leads to \(endpoint) already; \(sentence)"
    }
    try await releasing.act(acting, on: plan, leaving: leaving)
    guard !dryRun else { return }
    if values.wire == .original {
      output.note("workers of the original protocol look for the coordinator anew within a minute, between two tasks")
    }
    if !plan.isEmpty, observed.deployment?.mountsJoinToken == true {
      output.note(
        "pods that start from now on join \(endpoint) with the token that was deployed; unless it is of that coordinator, deploy "
          + "with one of its own (MUSTER_JOIN_TOKEN)")
    }
    try await releasing.release(from: leaving)
    try await waiting.wait(client, place.namespace, output, endpoint: endpoint.description)
  }
}

extension DynamicObject {
  /// Of a deployment: whether its pods have a token with which to join.
  fileprivate var mountsJoinToken: Bool {
    self["spec", "template", "spec", "volumes"]?.array?.contains {
      $0["secret", "secretName"]?.string == WorkerNames.joinSecret
    } ?? false
  }
}
