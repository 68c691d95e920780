import Kubernetes

/// Coordinators from which the workers were pointed away, and which were not asked yet to let them go: noted beside the address
/// itself, so that a command that is cut between the two goes on from there when it is repeated.
public struct LeftCoordinators: Sendable {
  /// Of more, the latest are kept: who is pointed elsewhere again and again finds nobody at the first ones.
  static let most = 8

  private let client: KubernetesClient
  private let namespace: String

  public init(client: KubernetesClient, namespace: String) {
    self.client = client
    self.namespace = namespace
  }

  private var resources: ResourceClient<DynamicObject> {
    client.resources(DynamicObject.self, of: WorkerKinds.endpoints, in: namespace)
  }

  /// Those that are noted on the Endpoints `cluster-coordinator`, as `HOST:PORT`, in the order in which they were left.
  public static func noted(on endpoints: DynamicObject?) -> [String] {
    let text = endpoints?["metadata", "annotations"]?[.name(WorkerNames.leftCoordinators)]?.string ?? ""
    return text.split(separator: ",").suffix(most).map(String.init)
  }

  /// Notes one more. Does nothing where there are no Endpoints.
  ///
  /// - Throws: `KubernetesError`.
  public func note(_ address: String) async throws {
    try await change { $0.filter { $0 != address } + [address] }
  }

  /// It was asked, or there is nothing to ask it for any more.
  ///
  /// - Throws: `KubernetesError`.
  public func forget(_ address: String) async throws {
    try await change { $0.filter { $0 != address } }
  }

  private func change(_ body: ([String]) -> [String]) async throws {
    let observer = ClusterObserver(client: client, namespace: namespace)
    guard let endpoints = try await observer.get(WorkerKinds.endpoints, WorkerNames.service) else { return }
    let before = Self.noted(on: endpoints)
    let after = body(before).suffix(Self.most)
    guard Array(after) != before else { return }
    let value: JSONValue = after.isEmpty ? .null : .string(after.joined(separator: ","))
    let change: JSONValue = .object([
      "metadata": .object(["annotations": .object([WorkerNames.leftCoordinators: value])])
    ])
    do {
      // Not as the manager of deployments, which would take away what they do not name.
      _ = try await resources.patch(
        WorkerNames.service, try .merge(change), WriteOptions(manager: WorkerNames.adjuster))
    } catch let error as KubernetesError where error.isNotFound {}
  }
}
