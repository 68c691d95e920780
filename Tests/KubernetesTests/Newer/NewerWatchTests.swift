import NIOCore
import Testing

@testable import Kubernetes

@Suite("A newer server: watches")
struct NewerWatchTests {
  @Test("a watch can begin with what is there, and a bookmark says when that is told", arguments: NewerServer.available)
  func initialEvents(server: NewerServer) async throws {
    try await server.run("initial-events") { api in
      for name in ["a", "b"] { try await api.configMap(name, labels: ["t": "1"]) }
      let query = [
        ("labelSelector", "t=1"), ("sendInitialEvents", "true"), ("resourceVersionMatch", "NotOlderThan"),
        ("allowWatchBookmarks", "true"),
      ]
      let events = try await api.events(3, api.path("configmaps"), query)
      #expect(events.map { $0["type"]?.string } == ["ADDED", "ADDED", "BOOKMARK"])
      #expect(events.prefix(2).map { $0["object", "metadata", "name"]?.string } == ["a", "b"])
      let bookmark = try #require(events.last?["object", "metadata"])
      #expect(bookmark["annotations"] == ["k8s.io/initial-events-end": "true"])

      let version = try #require(bookmark["resourceVersion"]?.string)
      try await api.configMap("c", labels: ["t": "1"])
      let maps = api.client.resources(DynamicObject.self, of: ConfigMap.resource, in: api.namespace)
      for try await event in maps.watch(ListOptions(labelSelector: "t=1"), from: version) {
        guard let object = event.object else { continue }
        #expect(object.name == "c")
        break
      }
    }
  }

  @Test("it says what is missing when initial events are asked for by half", arguments: NewerServer.available)
  func half(server: NewerServer) async throws {
    try await server.run("initial-events-half") { api in
      let refused = try await api.send(
        .get, api.path("configmaps"), [("watch", "true"), ("sendInitialEvents", "true")])
      #expect(refused.status == 422)
      #expect(
        refused.body["details", "causes", 0] == [
          "reason": "FieldValueForbidden", "field": "resourceVersionMatch",
          "message": "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
        ])
    }
  }

  @Test("a watch from a version that is forgotten ends as expired", arguments: NewerServer.available)
  func expired(server: NewerServer) async throws {
    try await server.run("expired-watch") { api in
      let events = try await api.events(1, api.path("leases", group: "coordination.k8s.io"), [("resourceVersion", "1")])
      guard let event = events.first else { try Test.cancel("the server remembers all versions since it was started") }
      #expect(event["type"] == "ERROR" && event["object", "code"] == 410)
      let leases = api.client.resources(Lease.self, in: api.namespace)
      let error = try #require(
        await #expect(throws: KubernetesError.self) { for try await _ in leases.watch(from: "1") {} })
      #expect(error.isExpired && error.message.contains("too old resource version: 1 ("))
    }
  }
}
