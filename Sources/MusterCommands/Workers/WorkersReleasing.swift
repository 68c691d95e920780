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

  /// Never fails: who cannot be asked is named, with what to do.
  func release(from address: String) async throws {
    do {
      let old = try CoordinatorAddress.list(parsing: address)
      let left = try await CoordinatorConnections(coordinator: old, identity: identity).connected { client in
        try await release(client)
      }
      if left > 0 {
        let workers = left == 1 ? "1 worker is" : "\(left) workers are"
        output.note("\(workers) still at \(address), and leave it when what they run there is done")
      }
    } catch let error as CancellationError {
      throw error
    } catch {
      let message = (error as? any CodedError)?.message ?? "\(error)"
      output.warning(
        "the workers stay connected to \(address) until it ends, for it could not be asked to let them go (\(message)); say "
          + "'muster worker release --all' there")
    }
  }

  /// - Returns: how many are still there.
  private func release(_ coordinator: CoordinatorClient) async throws -> Int {
    let role = ListOptions(labelSelector: "\(WorkerNames.role.key)=\(WorkerNames.role.value)")
    // Workers of other namespaces and clusters may be there too, under names that look alike.
    let pods = Set(
      try await client.resources(PartialObject.self, of: Pod.resource, in: namespace).listAll(role).items
        .compactMap(\.metadata.name))
    let end = time.moment() + Self.patience
    while true {
      let names = try await coordinator.workers().filter {
        ["connected", "draining"].contains($0.state) && pods.contains($0.name)
      }.map(\.name)
      if names.isEmpty || time.moment() >= end { return names.count }
      _ = try await coordinator.releaseWorkers(names, all: false)
      try await time.sleep(for: Self.pause)
    }
  }
}
