import NIOCore
import Testing

@testable import Kubernetes

@Suite("A newer server: what it says when it does what it is asked")
struct NewerAnswerTests {
  /// The warnings of an answer to a POST or a PATCH.
  private func warnings(
    _ method: APIRequest.Method, _ path: String, _ body: JSONValue, _ api: Contract
  ) async throws -> [String] {
    let type = method == .patch ? "application/merge-patch+json" : "application/json"
    let answer = try await api.client.send(
      APIRequest(
        method, path, headers: [("Content-Type", type), ("Accept", "application/json")],
        body: JSONWriter.buffer(body)))
    _ = try await answer.body.collect(upTo: 1 << 20)
    return answer.warnings
  }

  @Test("it warns of kinds that are going, of unknown fields and of unsafe pods", arguments: NewerServer.available)
  func warns(server: NewerServer) async throws {
    try await server.run("warnings") { api in
      #expect(
        try await warnings(.post, api.path("endpoints"), ["metadata": ["name": "e"]], api)
          == ["v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"])
      var object = ApplyContractTests.deployment
      object["spec", "replica"] = 1
      object["spec", "template", "spec", "containers", 0, "imag"] = "i"
      let deployments = api.path("deployments", group: "apps")
      #expect(
        try await warnings(.post, deployments, object, api) == [
          "unknown field \"spec.replica\"", "unknown field \"spec.template.spec.containers[0].imag\"",
        ])
      let labels: JSONValue = ["metadata": ["labels": ["pod-security.kubernetes.io/warn": "baseline"]]]
      _ = try await api.patch("/api/v1/namespaces/\(api.namespace)", "merge-patch", labels)
      object["metadata", "name"] = "e"
      object["spec", "replica"] = nil
      object["spec", "template", "spec"] = ["containers": [["name": "c", "image": "i"]], "hostNetwork": true]
      #expect(
        try await warnings(.post, deployments, object, api)
          == ["would violate PodSecurity \"baseline:latest\": host namespaces (hostNetwork=true)"])
    }
  }

  @Test("a collection that is deleted comes back as a list, also one of services", arguments: NewerServer.available)
  func collections(server: NewerServer) async throws {
    try await server.run("delete-collection") { api in
      let service: JSONValue = [
        "metadata": ["name": "s", "labels": ["t": "1"]], "spec": ["ports": [["port": 80]], "clusterIP": "None"],
      ]
      let services = api.client.resources(Service.self, in: api.namespace)
      try await services.create(service)
      // A server of 1.20 can only delete services one by one.
      let answer = try await api.send(.delete, api.path("services"), [("labelSelector", "t=1")], body: [:])
      #expect(answer.status == 200 && answer.body["kind"] == "ServiceList")
      #expect(answer.body["items", 0, "metadata", "name"] == "s")
      try await services.deleteCollection(ListOptions(labelSelector: "t=1"))
      #expect(try await services.list().items.isEmpty)
    }
  }
}
