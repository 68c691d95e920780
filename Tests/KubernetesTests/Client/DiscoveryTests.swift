import Testing

@testable import Kubernetes

@Suite("What a server has")
struct DiscoveryTests {
  static let answers = [
    "/version": #"{"major":"1","minor":"20+","gitVersion":"v1.20.2","platform":"linux/amd64","extra":1}"#,
    "/api": #"{"kind":"APIVersions","versions":["v1"]}"#,
    "/apis":
      #"{"groups":[{"name":"apps","versions":[{"version":"v1beta1"},{"version":"v1"}],"preferredVersion":{"version":"v1"}},{"name":"events.k8s.io","versions":[{"version":"v1"}]},{"name":"down.example","versions":[{"version":"v1"}]}]}"#,
    "/api/v1":
      #"{"resources":[{"name":"pods","namespaced":true,"kind":"Pod","shortNames":["po"],"verbs":["get"]},{"name":"pods/log","namespaced":true,"kind":"Pod"},{"name":"events","namespaced":true,"kind":"Event"}]}"#,
    "/apis/apps/v1":
      #"{"resources":[{"name":"deployments","singularName":"deployment","namespaced":true,"kind":"Deployment","shortNames":["deploy"],"categories":["all"]},{"name":"deployments/scale","namespaced":true,"kind":"Scale"}]}"#,
    "/apis/apps/v1beta1": #"{"resources":[{"name":"deployments","namespaced":true,"kind":"Deployment"}]}"#,
    "/apis/events.k8s.io/v1": #"{"resources":[{"name":"events","namespaced":true,"kind":"Event"}]}"#,
  ]

  let transport = ScriptedTransport { request, _ in
    DiscoveryTests.answers[request.path].map { .json($0) } ?? .refusal(503, "ServiceUnavailable", "down")
  }

  @Test("its version can be compared")
  func version() async throws {
    let version = try await KubernetesClient.scripted(transport).serverVersion()
    #expect(version.gitVersion == "v1.20.2")
    #expect(version.isAtLeast(1, 20) && !version.isAtLeast(1, 21) && !version.isAtLeast(2, 0))
  }

  @Test("kinds are found by any of their names, and a group that is down hides none")
  func find() async throws {
    let directory = try await KubernetesClient.scripted(transport).discover()
    #expect(directory.missing.keys.sorted() == ["down.example/v1"])
    for name in ["deploy", "Deployment", "deployments", "deployments.apps", "deployment.v1.apps"] {
      #expect(try directory.find(name).type == ResourceType(group: "apps", plural: "deployments", kind: "Deployment"))
    }
    #expect(try directory.find("deployments.v1beta1.apps").type.version == "v1beta1")
    #expect(try directory.find("events").type.group == "")
    #expect(try directory.find("events.events.k8s.io").type.group == "events.k8s.io")
    #expect(try directory.find("po").subresources == ["log"])
    #expect(try directory.find(apiVersion: "apps/v1", kind: "Deployment").categories == ["all"])
    let error = #expect(throws: KubernetesError.self) { try directory.find("nonsense") }
    #expect(error?.code == .unsupported && error?.message.contains("down.example/v1 did not answer") == true)
    let other = #expect(throws: KubernetesError.self) { try directory.find(apiVersion: "apps/v2", kind: "Deployment") }
    #expect(other?.message.contains("it has apps/v1, apps/v1beta1") == true)
  }

  @Test("a right is asked for without being used")
  func access() async throws {
    let transport = ScriptedTransport([.json(#"{"status":{"allowed":false,"reason":"no"}}"#, status: 201)])
    let decision = try await KubernetesClient.scripted(transport).mayI("delete", Thing.resource, in: "lab", name: "a")
    #expect(!decision.isAllowed && !decision.isDenied && decision.reason == "no")
    let body = try JSONReader.parse(try #require(transport.requests[0].body))
    #expect(body["spec", "resourceAttributes", "group"] == "example.org")
    #expect(body["spec", "resourceAttributes", "namespace"] == "lab")
  }
}
