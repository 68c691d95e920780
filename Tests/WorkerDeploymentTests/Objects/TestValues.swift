import Kubernetes
import MusterCore

@testable import WorkerDeployment

/// Values and servers for tests.
enum TestValues {
  /// As a user has them who sets only what the original demands.
  static var least: WorkerValues {
    var values = WorkerValues(
      stage: "3f2c1ab", deployName: "cli-3f2c1ab",
      image: ImageTarget(
        delivered: "registry.example/prover-cluster:client-3f2c1ab",
        pulled: "registry.example/prover-cluster:client-3f2c1ab", pullHost: "registry.example"))
    values.endpoint = CoordinatorEndpoint(host: .address("10.0.0.7"))
    return values
  }

  static let password = "canary-password-7Q"
  static let token = "canary-token-9Z"

  static func login() -> RegistryLogin { RegistryLogin(user: "ada", password: Secret(password)) }

  /// All that can be said, said.
  static func most() throws -> WorkerValues {
    var values = least
    values.namespace = "provers"
    values.isNamespaceGiven = true
    values.replicas = 5
    values.circuit = "square"
    values.digest = "sha256:" + String(repeating: "ab", count: 32)
    values.image = ImageTarget(
      delivered: "inside.example:5000/prover-cluster:client-3f2c1ab",
      pulled: "outside.example:5001/prover-cluster:client-3f2c1ab", pullHost: "outside.example:5001")
    values.login = login()
    values.joinToken = Secret(token)
    values.workerFile = "# our kinds\nkinds:\n  square:\n    executor: [/opt/square, \"{input}\", \"{output}\"]\n"
    values.requests = try quantities(["cpu": "1500m", "memory": "1Gi", "nvidia.com/gpu": "2"])
    values.limits = try quantities(["cpu": "2500m", "memory": "4Gi"])
    values.priorityClass = "provers"
    values.runtimeClass = "nvidia"
    values.grace = .seconds(90)
    values.scratch = try Quantity("20Gi")
    values.environment = ["RUST_LOG": "info", "CLIENT_CIRCUIT": "own"]
    values.labels = ["team": "zk", "role": "mine"]
    values.annotations = ["example.org/scrape": "true"]
    return values
  }

  static func quantities(_ texts: [String: String]) throws -> [String: Quantity] {
    try texts.mapValues { try Quantity($0) }
  }

  /// Kubernetes 1.20, and what is newest.
  static var old: ClusterAbilities { abilities(PodDisruptionBudget.v1beta1, EndpointSlice.v1beta1) }
  static var new: ClusterAbilities { abilities(PodDisruptionBudget.resource, EndpointSlice.resource) }

  private static func abilities(_ budgets: ResourceType, _ slices: ResourceType) -> ClusterAbilities {
    var abilities = ClusterAbilities()
    abilities.disruptionBudgets = budgets
    abilities.endpointSlices = slices
    return abilities
  }

  static func objects(
    _ values: WorkerValues, _ abilities: ClusterAbilities = old, adopted: DynamicObject? = nil
  ) throws -> [DynamicObject] {
    try WorkerObjects(values, abilities, adopted: adopted).all().map { wanted in
      // It repeats all the rest.
      var object = wanted.object
      object["metadata", "annotations"]?[.name(WorkerNames.applied)] = nil
      if object["metadata", "annotations"] == .object([:]) { object["metadata", "annotations"] = nil }
      return object
    }
  }
}
