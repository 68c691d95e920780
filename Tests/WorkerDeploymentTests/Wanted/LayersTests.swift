import MusterCore
import Testing

@testable import WorkerDeployment

/// What beats what.
@Suite struct LayersTests {
  @Test("A flag beats a variable, a variable the file, and the file the default")
  func order() throws {
    let file = "circuit: of-file\nreplicas: 3\naffinity: preferred"
    let resolved = try Wanted.resolve(
      ["CIRCUIT": "of-variable", "CLIENT_REPLICAS": "5"], file: file, flags: ["circuit": "of-flag"])
    #expect(resolved.values.circuit == "of-flag")
    #expect(resolved.values.replicas == 5)
    #expect(resolved.values.affinity == .preferred)
    #expect(resolved.values.placement == .onePerNode)
    #expect(try Wanted.resolve().values.replicas == nil)
  }

  @Test(
    "Every key can be said by a flag, and the flag is named when it is wrong",
    arguments: ValueKey.allCases.filter { $0 != .joinTokenFile && $0 != .imagePasswordFile })
  func flags(key: ValueKey) {
    let problems = Wanted.problems(flags: [key.rawValue: "\u{1B}"])
    #expect(problems.contains { $0.hasPrefix("flag --\(key.flag): ") }, "\(problems)")
    #expect(!problems.joined().contains("\u{1B}"))
  }

  @Test("Flags are named as the keys are")
  func flagNames() {
    #expect(ValueKey.imageOwn.flag == "image")
    #expect(ValueKey.imageHostAlias.flag == "image-host-alias")
    #expect(ValueKey.deployName.flag == "deploy-name")
    #expect(ValueKey.wire.flag == "protocol")
    #expect(Set(ValueKey.allCases.map(\.flag)).count == ValueKey.allCases.count)
  }

  @Test(
    "A port in a stronger place beats one in a weaker, whether it stands alone or behind the address",
    arguments: [
      (["COORDINATOR_EP": "10.0.0.7:1"], ["coordinatorPort": "2"], "10.0.0.7:2"),
      (["COORDINATOR_PORT": "1"], ["coordinator": "10.0.0.8:2"], "10.0.0.8:2"),
      (["COORDINATOR_PORT": "1"], ["coordinator": "10.0.0.8"], "10.0.0.8:1"),
      (["COORDINATOR_EP": "10.0.0.9:1"], ["coordinator": "10.0.0.8"], "10.0.0.8:50055"),
    ])
  func ports(environment: [String: String], flags: [String: String], endpoint: String) throws {
    #expect(try Wanted.resolve(environment, flags: flags).values.endpoint?.description == endpoint)
    #expect(try CoordinatorEndpoint.resolve(Wanted.input(environment, flags: flags))?.description == endpoint)
  }

  @Test("Entries that come as flags join those of the file, and beat them")
  func entries() throws {
    let file = "environment: {A: file, B: file}\nrequests: {cpu: 1, memory: 1Gi}"
    let values = try Wanted.resolve(
      file: file, flags: ["environment.B": "flag", "environment.C": "", "requests.cpu": "500m"]
    ).values
    #expect(values.environment == ["A": "file", "B": "flag", "C": ""])
    #expect(values.requests.mapValues(\.description) == ["cpu": "500m", "memory": "1Gi"])
  }

  @Test("A namespace is found without anything else that a deployment needs")
  func place() throws {
    let input = WorkerValuesInput(
      environment: ["CLUSTER_NS": "a"], file: .init(name: "workers.yaml", text: "namespace: b"))
    #expect(try WorkersPlace.resolve(input) == WorkersPlace(namespace: "a", isNamespaceGiven: true))
    let unnamed = try WorkersPlace.resolve(WorkerValuesInput(environment: [:]))
    #expect(unnamed.namespace == "default")
    #expect(
      unnamed.remarks == [
        "CLUSTER_NS is not set, so the workers are in the namespace 'default', which is not recommended: there is one cluster of workers a namespace, and 'default' has what names none; set CLUSTER_NS or --namespace"
      ])
    #expect(throws: WorkerDeploymentError.self) {
      try WorkersPlace.resolve(WorkerValuesInput(environment: ["CLUSTER_NS": "A"]))
    }
  }

  @Test("An endpoint is read as people write it")
  func endpoint() throws {
    #expect(try CoordinatorEndpoint(parsing: "10.0.0.7:9").description == "10.0.0.7:9")
    #expect(try CoordinatorEndpoint(parsing: "10.0.0.7", port: 9).description == "10.0.0.7:9")
    #expect(throws: WorkerDeploymentError.self) { try CoordinatorEndpoint(parsing: "127.0.0.1") }
    #expect(try CoordinatorEndpoint.resolve(WorkerValuesInput(environment: [:])) == nil)
  }
}
