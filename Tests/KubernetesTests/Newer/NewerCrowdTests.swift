import Testing

@testable import Kubernetes

@Suite("A newer server: priority and fairness")
struct NewerCrowdTests {
  private static let flows = "/apis/flowcontrol.apiserver.k8s.io/v1"

  /// Gives a user of this name next to no share of the server.
  private func limit(_ user: String, _ api: Contract) async throws {
    let level: JSONValue = [
      "metadata": ["name": .string(user)],
      "spec": [
        "type": "Limited", "limited": ["nominalConcurrencyShares": 0, "limitResponse": ["type": "Reject"]],
      ],
    ]
    let made = try await api.send(.post, Self.flows + "/prioritylevelconfigurations", body: level)
    try #require(made.status == 201, "\(made.body)")
    let everything: JSONValue = [
      "verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "namespaces": ["*"], "clusterScope": true,
    ]
    let flow: JSONValue = [
      "metadata": ["name": .string(user)],
      "spec": [
        "matchingPrecedence": 2, "priorityLevelConfiguration": ["name": .string(user)],
        "rules": [
          ["subjects": [["kind": "User", "user": ["name": .string(user)]]], "resourceRules": [everything]]
        ],
      ],
    ]
    try #require(try await api.send(.post, Self.flows + "/flowschemas", body: flow).status == 201)
  }

  /// Asks as that user, of a real server, until it is cancelled: by itself one user's request is always let in.
  private func crowd(_ user: String, _ path: String) async throws {
    var configuration = try ClientConfiguration.load(kubeconfig: ContractServer.kubeconfig)
    configuration.impersonation = Impersonation(user: user)
    let transport = HTTPTransport(configuration)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<40 {
        group.addTask {
          while !Task.isCancelled {
            let answer = try await transport.send(APIRequest(.get, path))
            _ = try await answer.body.collect(upTo: 1 << 20)
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("a user who asks for more than a share is told when to come back", arguments: NewerServer.available)
  func refuses(server: NewerServer) async throws {
    try await server.run("crowd") { api in
      let user = api.namespace
      try await limit(user, api)
      let path = api.path("secrets")
      let others = Task { if server == .real { try await crowd(user, path) } }
      let client = KubernetesClient(
        transport: ImpersonatingTransport(next: api.transport, user: user),
        behaviour: ClientBehaviour(requestsPerSecond: 0, retries: .never))
      var refused: KubernetesError?
      let isRefused = try await api.eventually {
        do {
          _ = try await client.resources(SecretObject.self, in: api.namespace).list()
        } catch let error as KubernetesError {
          refused = error
        }
        return refused?.status?.code == 429
      }
      others.cancel()
      _ = await others.result
      for kind in ["flowschemas", "prioritylevelconfigurations"] {
        _ = try await api.send(.delete, "\(Self.flows)/\(kind)/\(user)")
      }
      #expect(isRefused && refused?.details["retry_after_s"] == "1")
      // In plain text, and not as a Status.
      #expect(
        refused?.message == "the API server refused to list secrets in namespace '\(api.namespace)': "
          + "Too many requests, please try again later; the server is busy: ask less often")
    }
  }
}
