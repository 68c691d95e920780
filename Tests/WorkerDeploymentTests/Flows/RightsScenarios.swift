import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

/// Accounts that have the documented rights and no others, on a server that has accounts.
enum RightsScenarios {
  static let all = [
    Scenario("with the Role of a command, the command works, and no other") { flow in
      guard flow.server.configuration != nil else { return }
      let wanted = try await flow.wanted { $0.replicas = nil }
      let deployer = try await account("deployer", [.deploy], flow)
      try await deployer.deploy(wanted)
      let image = try await flow.wanted {
        $0.replicas = nil
        $0.image = "registry.example/w/prover:client-2"
      }
      try await deployer.deploy(image)
      #expect(try await deployer.plan(image).isEmpty)
      #expect(
        try await flow.live(WorkerKinds.namespace, flow.namespace)?["metadata", "annotations", "stage"] == "abc1234")
      // What is not wanted goes, and what has a new selector is made anew, with the same Role.
      try await deployer.deploy(
        try await flow.wanted {
          $0.password = nil
          $0.selector = ["matchLabels": ["role": "cluster-prover", "app": "mine"]]
          $0.podLabels = ["app": "mine"]
        })

      let scaler = try await account("scaler", [.scale], flow)
      try await scaler.carrier.carryOut(try DeploymentPlanner.scale(to: 3, try await scaler.observer.observeWorkers()))
      await #expect(throws: WorkerDeploymentError.self) { try await scaler.teardown() }

      let restarter = try await account("restarter", [.restart], flow)
      try await restarter.carrier.carryOut(
        try DeploymentPlanner.restart(at: Timestamp(milliseconds: 1), try await restarter.observer.observeWorkers()))

      let pointer = try await account("pointer", [.endpoint], flow)
      let pointed = try await flow.wanted { $0.endpoint = "10.0.0.8" }
      let observed = try await pointer.observer.observe(
        DeploymentPlanner.endpointObjects(pointed.objects()), leftovers: false)
      try await pointer.carrier.carryOut(try DeploymentPlanner.endpoint(pointed.values, pointed.objects(), observed))
      #expect(
        try await flow.live(WorkerKinds.endpoints, "cluster-coordinator")?["subsets", 0, "addresses", 0, "ip"]
          == "10.0.0.8")

      let remover = try await account("remover", [.teardown], flow)
      try await remover.teardown()
      #expect(try await flow.observer.deployment() == nil)
      #expect(DeploymentPlanner.teardown(try await flow.observer.observeForTeardown()).isEmpty)
    },
    Scenario("an account without a right is told so before anything is changed") { flow in
      guard flow.server.configuration != nil else { return }
      let scaler = try await account("scaler", [.scale], flow)
      let writes = flow.server.transport.writes
      let wanted = try await flow.wanted()
      let error = await #expect(throws: WorkerDeploymentError.self) { try await scaler.deploy(wanted) }
      #expect(error?.code == .forbidden)
      #expect(
        error?.details["missing"]?.hasPrefix("get configmaps, secrets, services, endpoints") == true,
        "\(error?.message ?? "")")
      #expect(flow.server.transport.writes == writes)
    },
  ]

  /// The same namespace, as a user with these Roles and nothing else.
  private static func account(_ name: String, _ commands: [WorkersCommand], _ flow: Flow) async throws -> Flow {
    let group = "rbac.authorization.k8s.io"
    let role = WorkersRights.role(name, for: commands, in: flow.namespace, try await flow.observer.abilities())
    try await flow.client.resources(Role.self, in: flow.namespace).create(role)
    var binding = DynamicObject([
      "apiVersion": .string("\(group)/v1"), "kind": "RoleBinding",
      "roleRef": ["apiGroup": .string(group), "kind": "Role", "name": .string(name)],
      "subjects": [["apiGroup": .string(group), "kind": "User", "name": .string("\(name)-of-\(flow.namespace)")]],
    ])
    binding.name = name
    try await flow.resources(ResourceType(group: group, plural: "rolebindings", kind: "RoleBinding")).create(binding)
    var configuration = try #require(flow.server.configuration)
    configuration.impersonation = Impersonation(user: "\(name)-of-\(flow.namespace)")
    let client = KubernetesClient(
      transport: HTTPTransport(configuration), behaviour: ClientBehaviour(requestsPerSecond: 0, retries: .never))
    let review = try await flow.eventually {
      try await client.mayI("get", WorkerKinds.deployment, in: flow.namespace, name: "prover-cli-t").isAllowed
    }
    #expect(review)
    return Flow(server: flow.server, client: client, namespace: flow.namespace)
  }
}
