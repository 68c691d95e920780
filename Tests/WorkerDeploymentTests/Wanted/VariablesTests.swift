import MusterCore
import Testing

@testable import WorkerDeployment

/// Every variable of the original scripts, alone and in its forms.
@Suite struct VariablesTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var environment: [String: String]
    /// What becomes different from ``Wanted/values``.
    var change: @Sendable (inout WorkerValues) -> Void

    init(_ environment: [String: String], _ change: @escaping @Sendable (inout WorkerValues) -> Void) {
      self.environment = environment
      self.change = change
    }

    var testDescription: String { environment.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " ") }
  }

  static func image(_ delivered: String, _ pulled: String? = nil, host: String) -> ImageTarget {
    ImageTarget(delivered: delivered, pulled: pulled ?? delivered, pullHost: host)
  }

  static let rows = [
    Row([:]) { _ in },
    Row(["IMAGE_REPO": "localhost/a"]) { $0.image = image("localhost/a:client-v1", host: "localhost") },
    Row(["IMAGE_REPO": "localhost:5000/a/b"]) {
      $0.image = image("localhost:5000/a/b:client-v1", host: "localhost:5000")
    },
    Row(["IMAGE_REPO": "fluidex.com/prover-cluster"]) {
      $0.image = image("fluidex.com/prover-cluster:client-v1", host: "fluidex.com")
    },
    Row(["IMAGE_REPO": "fluidex.com/prover-cluster", "IMAGE_HOST": "Registry.Example:5000"]) {
      $0.image = image("registry.example:5000/fluidex.com/prover-cluster:client-v1", host: "registry.example:5000")
    },
    Row(["IMAGE_REPO": "team/a", "IMAGE_HOST": "registry.example"]) {
      $0.image = image("registry.example/team/a:client-v1", host: "registry.example")
    },
    Row(["IMAGE_HOST_ALIAS": "pull.example:8080"]) {
      $0.image = image(
        "registry.example/team/provers:client-v1", "pull.example:8080/team/provers:client-v1", host: "pull.example:8080"
      )
    },
    Row(["IMAGE_REPO": "team/a", "IMAGE_HOST": "10.0.0.9:5000", "IMAGE_HOST_ALIAS": "pull.example"]) {
      $0.image = image("10.0.0.9:5000/team/a:client-v1", "pull.example/team/a:client-v1", host: "pull.example")
    },
    Row(["IMAGE_AUTH_USER": "robot", "IMAGE_AUTH_PASSWORD": "se cret"]) {
      $0.login = RegistryLogin(user: "robot", password: Secret("se cret"))
    },
    Row(["IMAGE_AUTH_PASSWORD": "unused"]) { _ in },
    Row(["COORDINATOR_EP": "192.168.7.1:6000"]) {
      $0.endpoint = CoordinatorEndpoint(host: .address("192.168.7.1"), port: 6000)
    },
    Row(["COORDINATOR_EP": "fd00::7"]) { $0.endpoint = CoordinatorEndpoint(host: .address("fd00::7")) },
    Row(["COORDINATOR_EP": "[fd00::7]:1"]) { $0.endpoint = CoordinatorEndpoint(host: .address("fd00::7"), port: 1) },
    Row(["COORDINATOR_EP": "Coordinator.Example"]) {
      $0.endpoint = CoordinatorEndpoint(host: .name("coordinator.example"))
    },
    Row(["COORDINATOR_EP": "coordinator:65535"]) {
      $0.endpoint = CoordinatorEndpoint(host: .name("coordinator"), port: 65535)
    },
    Row(["COORDINATOR_PORT": "443"]) { $0.endpoint = CoordinatorEndpoint(host: .address("10.0.0.7"), port: 443) },
    Row(["COORDINATOR_EP": "10.0.0.7:443", "COORDINATOR_PORT": "443"]) {
      $0.endpoint = CoordinatorEndpoint(host: .address("10.0.0.7"), port: 443)
    },
    Row(["CLUSTER_NS": "other-1"]) { $0.namespace = "other-1" },
    Row(["CLUSTER_NS": ""]) {
      $0.namespace = "default"
      $0.isNamespaceGiven = false
    },
    Row(["STAGE": "1a2b3c4-dirty"]) {
      $0.stage = "1a2b3c4-dirty"
      $0.deployName = "cli-1a2b3c4-dirty"
      $0.image = image("registry.example/team/provers:client-1a2b3c4-dirty", host: "registry.example")
    },
    Row(["CLIENT_REPLICAS": "0"]) { $0.replicas = 0 },
    Row(["CLIENT_REPLICAS": "100000"]) { $0.replicas = 100_000 },
    Row(["CLUSTER_DEPLOYNAME": "Provers_7.x"]) {
      $0.deployName = "Provers_7.x"
      $0.isDeployNameGiven = true
    },
    Row(["CIRCUIT": "Block.2"]) { $0.circuit = "Block.2" },
    Row(["COORDINATOR_SERV": "http://coordinator.example:50055/"]) {
      $0.upstream = "http://coordinator.example:50055"
    },
    Row(["COORDINATOR_SERV": "https://[fd00::7]", "COORDINATOR_EP": ""]) {
      $0.upstream = "https://[fd00::7]"
      $0.endpoint = nil
    },
    Row(["MUSTER_JOIN_TOKEN": "mst_one_two\n"]) { $0.joinToken = Secret("mst_one_two") },
    // What is empty says nothing.
    Row([
      "IMAGE_HOST": "", "IMAGE_HOST_ALIAS": "", "IMAGE_AUTH_USER": "", "IMAGE_AUTH_PASSWORD": "",
      "COORDINATOR_PORT": "",
      "CLIENT_REPLICAS": "", "CLUSTER_DEPLOYNAME": "", "CIRCUIT": "", "COORDINATOR_SERV": "", "MUSTER_JOIN_TOKEN": "",
    ]) { _ in },
  ]

  @Test("Each variable says what it said to the original scripts", arguments: rows)
  func meaning(row: Row) throws {
    var expected = Wanted.values
    row.change(&expected)
    #expect(try Wanted.resolve(row.environment).values == expected)
  }

  @Test("The rows above have every variable") func completeness() {
    let named = Set(Self.rows.flatMap(\.environment.keys))
    #expect(Set(ValueKey.allCases.compactMap(\.variable)).subtracting(named) == [])
  }
}
