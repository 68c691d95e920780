import MusterCore
import NIOCore
import Testing

@testable import Kubernetes

@Suite("Writing objects")
struct WriteTests {
  func things(_ transport: ScriptedTransport) -> ResourceClient<Thing> {
    KubernetesClient.scripted(transport).resources(Thing.self, in: "lab")
  }

  func body(_ request: APIRequest) throws -> JSONValue { try JSONReader.parse(try #require(request.body)) }

  @Test("what is created says its kind, also when its type leaves it out")
  func create() async throws {
    let transport = ScriptedTransport([.json(Thing.json("a", version: 1), status: 201)])
    let thing = try await things(transport).create(Thing("a", size: 3), WriteOptions(isDryRun: true, manager: "me"))
    #expect(thing.metadata.resourceVersion == "1")
    let request = transport.requests[0]
    #expect(request.method == .post && request.path == "/apis/example.org/v1/namespaces/lab/things")
    #expect(request.query.map(\.name) == ["dryRun", "fieldManager"])
    let body = try body(request)
    #expect(body["kind"] == "Thing" && body["apiVersion"] == "example.org/v1" && body["size"] == 3)
  }

  @Test("an empty object becomes one that says its kind")
  func empty() throws {
    let body = try Body.encode([String: String](), as: Thing.resource)
    #expect(try JSONReader.parse(body)["kind"] == "Thing")
    #expect(throws: KubernetesError.self) { try Body.encode([1, 2], as: Thing.resource) }
    #expect(throws: KubernetesError.self) { try Body.encode(["a": Double.infinity], as: Thing.resource) }
  }

  @Test("a deletion carries its conditions, and says whether the object is gone")
  func delete() async throws {
    let transport = ScriptedTransport([
      .json(#"{"kind":"Status","apiVersion":"v1","status":"Success"}"#), .json(Thing.json("a", version: 2)),
    ])
    let options = DeleteOptions(propagation: .foreground, gracePeriodSeconds: 0, uid: "u", resourceVersion: "1")
    guard case .done(let status) = try await things(transport).delete("a", options) else {
      Issue.record("it is not done")
      return
    }
    #expect(status.status == "Success")
    let body = try body(transport.requests[0])
    #expect(body["propagationPolicy"] == "Foreground" && body["gracePeriodSeconds"] == 0)
    #expect(body["preconditions", "uid"] == "u" && body["preconditions", "resourceVersion"] == "1")
    guard case .returned(let thing) = try await things(transport).delete("a") else {
      Issue.record("no object came back")
      return
    }
    #expect(thing.metadata.name == "a")
  }

  @Test("a collection is deleted by its selectors, in one namespace only")
  func deleteCollection() async throws {
    let transport = ScriptedTransport([.json(#"{"kind":"Status","status":"Success"}"#)])
    try await things(transport).deleteCollection(ListOptions(labelSelector: "a=b"))
    #expect(transport.requests[0].query.map(\.value) == ["a=b"])
    let everywhere = KubernetesClient.scripted(transport).resources(Thing.self)
    await #expect(throws: KubernetesError.self) { try await everywhere.deleteCollection(ListOptions()) }
    #expect(transport.count == 1)
  }

  @Test("each sort of patch goes by its own media type")
  func patches() async throws {
    let transport = ScriptedTransport { _, _ in .json(Thing.json("a", version: 2)) }
    let things = things(transport)
    try await things.patch("a", try .merge(["size": 2]))
    try await things.patch("a", try .strategic(["size": 2]), subresource: "status")
    try await things.patch(
      "a", try .json([.test("/size", 1), .replace("/size", 2), .remove("/x"), .move(from: "/a", to: "/b")]))
    try await things.apply(Thing("a"), manager: "me", force: true)
    let requests = transport.requests
    #expect(
      requests.map { $0.header("content-type") } == [
        "application/merge-patch+json", "application/strategic-merge-patch+json", "application/json-patch+json",
        "application/apply-patch+yaml",
      ])
    #expect(requests[1].path.hasSuffix("/things/a/status"))
    #expect(try body(requests[2]).array?.count == 4)
    #expect(try body(requests[2]).array?[2] == .object(["op": "remove", "path": "/x"]))
    #expect(requests[3].query.map { "\($0.name)=\($0.value)" } == ["fieldManager=me", "force=true"])
  }

  @Test("a scale is read and set")
  func scale() async throws {
    let text = #"{"metadata":{"name":"a"},"spec":{"replicas":3},"status":{"replicas":2,"selector":"a=b"}}"#
    let transport = ScriptedTransport([.json(text)])
    let scale = try await things(transport).scale("a", to: 3)
    #expect(scale.spec?.replicas == 3 && scale.status?.replicas == 2 && scale.status?.selector == "a=b")
    #expect(try body(transport.requests[0]) == .object(["spec": .object(["replicas": 3])]))
    #expect(transport.requests[0].path.hasSuffix("/things/a/scale"))
  }

  @Test("an object written back whole keeps its version, so that the server can refuse it")
  func replace() async throws {
    let transport = ScriptedTransport([.json(Thing.json("a", version: 3))])
    try await things(transport).replace(Thing("a", size: 1, version: "2"))
    #expect(transport.requests[0].method == .put)
    #expect(try body(transport.requests[0])["metadata", "resourceVersion"] == "2")
  }
}
