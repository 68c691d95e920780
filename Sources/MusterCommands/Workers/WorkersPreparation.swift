import Kubernetes
import MusterCore
import OCIImages
import Terminal
import WorkerDeployment

/// From what is said to what is to be done: reads the values, builds the image, looks at the cluster, and plans.
struct WorkersPreparation {
  /// What came of it.
  struct Prepared: Sendable {
    var values: WorkerValues
    var client: KubernetesClient
    var plan: DeploymentPlan
    /// By which use: where the image is delivered, and where nodes pull it.
    var images: [String: String]
    /// What says where the workers that are there find the coordinator; nil: it is not there.
    var endpoints: DynamicObject?
    /// Nil: there is none to deliver.
    var deliver: (@Sendable (ImageTarget) async throws -> Void)?
  }

  let options: WorkersValueOptions
  let registry: WorkersRegistryOptions
  let output: Output

  /// Nothing is changed by it. The image is built and kept as long as `work` runs, so that it need not be built twice.
  func with<Result>(_ work: (Prepared) async throws -> Result) async throws -> Result {
    let resolved = try await options.resolve()
    for remark in resolved.remarks { output.warning(remark) }
    for note in resolved.notes { output.note(note) }
    let client = try options.place.client()
    guard resolved.image.own == nil else {
      return try await work(try await prepared(resolved.values, client, image: nil, at: nil))
    }
    let values = resolved.values
    return try await RegistryClient.with(try registry.configuration(values)) { registry in
      let image = try await WorkerImage(resolved.image, target: values.image, program: ThisProgram.path).build(registry)
      defer { image.discard() }
      return try await work(try await prepared(values, client, image: image, at: registry))
    }
  }

  private func prepared(
    _ given: WorkerValues, _ client: KubernetesClient, image: PreparedImage?, at registry: RegistryClient?
  ) async throws -> Prepared {
    var values = given
    if let image {
      values.digest = image.digest.description
      values.delivered = "\(values.image.delivered)@\(image.digest)"
      values.architecture = image.architecture
    }
    let observer = ClusterObserver(client: client, namespace: values.namespace)
    let abilities = try await observer.abilities()
    let wanted = try WorkerObjects(values, abilities, adopted: try await observer.deployment()).all()
    var observed = try await observer.observe(wanted)
    if let image, let registry {
      let delivery = try await image.delivery(at: registry)
      observed.isImageDelivered = delivery == .delivered
      if case .other(let digest) = delivery { observed.imageTagLeadsTo = digest.description }
    }
    let plan = try DeploymentPlanner.plan(values, wanted, observed)
    var prepared = Prepared(values: values, client: client, plan: plan, images: ["pulled from": values.image.pulled])
    prepared.endpoints = observed.objects["endpoints/\(WorkerNames.service)"]?.current
    if let image, let registry {
      prepared.images["delivered to"] = values.image.delivered
      let output = output
      prepared.deliver = { _ in
        let clock = SystemTime()
        let isShown = output.mode != .quiet && output.messages.isTerminal
        let pace = ProgressPace(clock)
        try await image.deliver(to: registry) { state in
          guard isShown, pace.isDue() else { return }
          output.messages.setLiveLine(ImageTransfer.text(state))
        }
        if isShown { output.messages.setLiveLine("") }
      }
    }
    return prepared
  }
}
