import MusterCore
import Synchronization
import Testing

@testable import Kubernetes

/// What the suites share that do harm between the client and a real API server.
enum FaultLab {
  /// Whether the environment names a real server's kubeconfig, as `Tests/Kubernetes/run` does.
  static let isThere = ContractServer.kubeconfig != nil
  static let maps = ResourceType(plural: "configmaps", kind: "ConfigMap")
  /// A cluster's own ConfigMaps do not have it.
  static let selection = ListOptions(labelSelector: "faults=yes")

  /// Fails fast, so that a test need not wait long; retries nothing.
  static let strict = ClientBehaviour(
    requestsPerSecond: 0, patience: .milliseconds(1500), idleLimit: .milliseconds(500), retries: .never)
  /// For what succeeds in the end: no test waits for its patience unless a connection is dead.
  static let brisk = ClientBehaviour(
    requestsPerSecond: 0, patience: .seconds(4), idleLimit: .seconds(2),
    retries: RetryPolicy(firstPause: .milliseconds(20), longestPause: .milliseconds(200)))
  /// As patient as a program is, with shorter pauses.
  static let patient = ClientBehaviour(
    requestsPerSecond: 0,
    retries: RetryPolicy(firstPause: .milliseconds(20), longestPause: .milliseconds(200)))
  static let watching = WatchSettings(
    seconds: 4...4, grace: .milliseconds(500), firstPause: .milliseconds(20), longestPause: .milliseconds(160),
    soundAfter: .seconds(1))

  /// A ConfigMap to be created. Without a name it gets a new one each time: who creates it twice has two.
  static func map(name: String? = nil, bytes: Int = 0) -> DynamicObject {
    var metadata: [String: JSONValue] = ["labels": ["faults": "yes"]]
    if let name { metadata["name"] = .string(name) } else { metadata["generateName"] = "once-" }
    return DynamicObject([
      "metadata": .object(metadata), "data": ["blob": .string(String(repeating: "x", count: bytes))],
    ])
  }

  /// Runs a test in a namespace of a real server, with a way to it that breaks.
  static func relayed(
    _ body: (Contract, FaultyRelay, ClientConfiguration) async throws -> Void
  ) async throws {
    let real = try ClientConfiguration.load(kubeconfig: ContractServer.kubeconfig)
    try await ContractServer.real.run { api in
      try await FaultyRelay.with((real.server.host, real.server.port)) { relay, port in
        var configuration = real
        configuration.server.host = "127.0.0.1"
        configuration.server.port = port
        // The certificate of every API server has it.
        configuration.serverName = real.serverName ?? "kubernetes.default"
        try await body(api, relay, configuration)
      }
    }
  }

  /// Runs a test in a namespace of a real server, behind a proxy that spoils answers.
  static func proxied(
    _ body: (Contract, FaultyProxy, ClientConfiguration) async throws -> Void
  ) async throws {
    try await ContractServer.real.run { api in
      try await FaultyProxy.with(api.transport) { proxy, configuration in
        try await body(api, proxy, configuration)
      }
    }
  }
}

extension Contract {
  /// The test's ConfigMaps, through another client.
  func maps(_ client: KubernetesClient) -> ResourceClient<DynamicObject> {
    client.resources(DynamicObject.self, of: FaultLab.maps, in: namespace)
  }

  /// A ConfigMap of some size, created past all faults.
  func create(_ name: String, bytes: Int = 0) async throws {
    try await configMap(
      name, ["blob": .string(String(repeating: "x", count: bytes))], labels: ["faults": "yes"])
  }

  /// Name and version of each of the test's ConfigMaps, as the server has them.
  func truth() async throws -> [String: Int] {
    let items = try await maps(client).listAll(FaultLab.selection).items
    return Dictionary(uniqueKeysWithValues: items.map { ($0.metadata.name ?? "", Self.version($0)) })
  }

  /// The version as the number that it is on the servers that there are.
  static func version(_ object: some KubernetesObject) -> Int {
    object.metadata.resourceVersion.flatMap { Int($0) } ?? 0
  }
}
