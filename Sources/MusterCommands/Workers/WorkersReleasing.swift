import CoordinatorAPI
import Kubernetes
import MusterCore
import Terminal
import WorkerDeployment

/// Asks the coordinator where the workers are connected to let them go, after the way to it was pointed elsewhere.
struct WorkersReleasing {
  let client: KubernetesClient
  let namespace: String
  /// The folder with the caller's certificate; nil: that of his login.
  let identity: String?
  let output: Output
  let time: any Timekeeper

  /// How long workers may take to find the other coordinator: nodes learn of the change a moment later, and a worker that
  /// looks before finds the old one once more.
  static let patience: Duration = .seconds(30)
  private static let pause: Duration = .seconds(2)

  init(
    _ client: KubernetesClient, _ namespace: String, identity: String? = nil, output: Output,
    time: any Timekeeper = SystemTime()
  ) {
    self.client = client
    self.namespace = namespace
    self.identity = identity
    self.output = output
    self.time = time
  }

  /// `HOST:PORT` behind the service; nil: there is none, or it is not an address.
  static func address(_ endpoints: DynamicObject?) -> String? {
    guard let subset = endpoints?["subsets", 0], let host = subset["addresses", 0, "ip"]?.string,
      let port = subset["ports", 0, "port"]?.integer
    else { return nil }
    return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// Coordinators that are to be asked when the workers' way leads to `new`: the one where it led, and those that a command before
  /// this one did not come to ask. In the order in which they were left.
  static func leaving(_ endpoints: DynamicObject?, for new: String) -> [String] {
    let old = address(endpoints).map { [$0] } ?? []
    return (LeftCoordinators.noted(on: endpoints).filter { !old.contains($0) } + old).filter { $0 != new }
  }

  private var notes: LeftCoordinators { LeftCoordinators(client: client, namespace: namespace) }

  /// Carries a plan out that may change the way. Whom the workers leave is noted before, so that a command that is cut after that
  /// asks when it is repeated; then call ``release(from:)``.
  func act(_ acting: WorkersActing, on plan: DeploymentPlan, leaving: [String]) async throws {
    if !acting.isDryRun, !plan.isEmpty { try await note(leaving) }
    try await acting.act(on: plan)
    // With a service that was made anew went what was noted behind it.
    if !acting.isDryRun, plan.actions.contains(where: \.remakesService) { try await note(leaving) }
  }

  private func note(_ leaving: [String]) async throws { for address in leaving { try await notes.note(address) } }

  /// Asks one after the other. Fails only when it is cancelled: who cannot be asked is named, with what to do, and stays noted.
  func release(from leaving: [String]) async throws {
    for address in leaving where try await release(from: address) {
      do {
        try await notes.forget(address)
      } catch let error as KubernetesError {
        output.warning("\(address) was asked to let its workers go, and will be asked again: \(error.message)")
      }
    }
  }

  /// - Returns: whether all were asked who are there.
  private func release(from address: String) async throws -> Bool {
    do {
      let old = try CoordinatorAddress.list(parsing: address)
      let (left, problem) = try await CoordinatorConnections(coordinator: old, identity: identity).connected { client in
        try await release(client)
      }
      if let problem {
        output.warning("\(left) workers are still at \(address): \(problem); the same command asks again")
      } else if left > 0 {
        let workers = left == 1 ? "1 worker is" : "\(left) workers are"
        output.note(
          "\(workers) still at \(address), and leave it when what they run there is done and the other coordinator takes them; "
            + "'muster workers status' says what they see")
      }
      return problem == nil
    } catch let error as CancellationError {
      throw error
    } catch {
      let message = (error as? any CodedError)?.message ?? "\(error)"
      output.warning(
        "the workers stay connected to \(address) until it ends, for it could not be asked to let them go (\(message)); say "
          + "'muster worker release --all' there, or the same command once more")
      return false
    }
  }

  /// - Returns: how many are still there, and why one of them was not asked.
  private func release(_ coordinator: CoordinatorClient) async throws -> (left: Int, problem: String?) {
    let role = ListOptions(labelSelector: "\(WorkerNames.role.key)=\(WorkerNames.role.value)")
    // Workers of other namespaces and clusters may be there too, under names that look alike.
    let pods = Set(
      try await client.resources(PartialObject.self, of: Pod.resource, in: namespace).listAll(role).items
        .compactMap(\.metadata.name))
    let end = time.moment() + Self.patience
    var problem: String?
    while true {
      let names = try await coordinator.workers().filter {
        ["connected", "draining"].contains($0.state) && pods.contains($0.name)
      }.map(\.name)
      if names.isEmpty { return (0, nil) }
      if time.moment() >= end { return (names.count, problem) }
      // One that has left in between is no problem.
      problem = try await coordinator.releaseWorkers(names, all: false).first {
        $0.hasProblem && $0.problem.code != "no_worker"
      }?.problem.message
      try await time.sleep(for: Self.pause)
    }
  }
}
