import Testing

@testable import Kubernetes

@Suite("The contract: lists and watches")
struct ReadingContractTests {
  static let partial = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
  static let partialList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"

  private func names(_ answer: Contract.Answer) -> [String] {
    (answer.body["items"]?.array ?? []).compactMap { $0["metadata", "name"]?.string }
  }

  @Test("pages show one moment, also when there are changes between them", arguments: ContractServer.available)
  func pages(server: ContractServer) async throws {
    try await server.run { api in
      for name in ["a", "b", "c", "d", "e"] { try await api.configMap(name, [:], labels: ["mine": "yes"]) }
      let path = api.path("configmaps")
      let query: [(name: String, value: String)] = [("limit", "2"), ("labelSelector", "mine=yes")]
      let first = try await api.send(.get, path, query)
      #expect(names(first) == ["a", "b"])
      #expect(first.body["items", 0, "kind"] == nil)
      _ = try await api.send(.delete, api.path("configmaps", "c"))
      try await api.configMap("d2", [:], labels: ["mine": "yes"])
      let second = try await api.send(
        .get, path, query + [("continue", first.body["metadata", "continue"]?.string ?? "")])
      #expect(names(second) == ["c", "d"])
      #expect(second.version == first.version)
      let third = try await api.send(
        .get, path, query + [("continue", second.body["metadata", "continue"]?.string ?? "")])
      #expect(names(third) == ["e"])
      #expect(third.body["metadata", "continue"] == nil)
      let now = try await api.send(.get, path, [("labelSelector", "mine in (yes, no),!other")])
      #expect(names(now) == ["a", "b", "d", "d2", "e"])
      #expect(names(try await api.send(.get, path, [("fieldSelector", "metadata.name=d")])) == ["d"])
      let counted = try await api.send(.get, path, [("limit", "1")])
      #expect((counted.body["metadata", "remainingItemCount"]?.integer ?? 0) >= 4)
    }
  }

  @Test("metadata alone comes when it is asked for", arguments: ContractServer.available)
  func metadataOnly(server: ContractServer) async throws {
    try await server.run { api in
      try await api.configMap("a", ["k": "v"], labels: ["mine": "yes"])
      let one = try await api.send(.get, api.path("configmaps", "a"), accept: Self.partial)
      #expect(one.body["kind"] == "PartialObjectMetadata")
      #expect(one.body["apiVersion"] == "meta.k8s.io/v1")
      #expect(one.body["data"] == nil)
      let list = try await api.send(
        .get, api.path("configmaps"), [("labelSelector", "mine")], accept: Self.partialList)
      #expect(list.body["kind"] == "PartialObjectMetadataList")
      #expect(list.body["items", 0, "kind"] == "PartialObjectMetadata")
      let wrong = try await api.send(.get, api.path("configmaps"), accept: Self.partial)
      #expect(wrong.status == 406)
      #expect(wrong.reason == "NotAcceptable")
      let events = try await api.events(
        1, api.path("configmaps"), [("labelSelector", "mine")], accept: Self.partial)
      #expect(events.first?["object", "kind"] == "PartialObjectMetadata")
    }
  }

  @Test("a watch tells what happened since a version", arguments: ContractServer.available)
  func watches(server: ContractServer) async throws {
    try await server.run { api in
      let path = api.path("configmaps")
      let start = try await api.send(.get, path)
      let made = try await api.configMap("a", ["k": "1"])
      var next = made.body
      next["data", "k"] = "2"
      let changed = try await api.send(.put, api.path("configmaps", "a"), body: next)
      _ = try await api.send(.delete, api.path("configmaps", "a"))
      let events = try await api.events(
        3, path, [("resourceVersion", start.version), ("fieldSelector", "metadata.name=a")])
      #expect(events.map { $0["type"]?.string } == ["ADDED", "MODIFIED", "DELETED"])
      #expect(
        events.prefix(2).map { $0["object", "metadata", "resourceVersion"]?.string } == [made.version, changed.version])
      #expect(events[0]["object", "kind"] == "ConfigMap")
      #expect(events[2]["object", "data", "k"] == "2")
      let last = events[2]["object", "metadata", "resourceVersion"]?.string.flatMap { UInt64($0) } ?? 0
      #expect(last > UInt64(changed.version) ?? .max)
    }
  }

  @Test("a selector's watcher sees objects come into view and leave it", arguments: ContractServer.available)
  func transitions(server: ContractServer) async throws {
    try await server.run { api in
      let path = api.path("configmaps")
      let start = try await api.send(.get, path)
      try await api.configMap("a", ["k": "1"], labels: ["on": "no"])
      let on = try await api.patch(
        api.path("configmaps", "a"), "merge-patch", ["metadata": ["labels": ["on": "yes"]]])
      let off = try await api.patch(
        api.path("configmaps", "a"), "merge-patch", ["metadata": ["labels": ["on": "no"]]])
      let events = try await api.events(
        2, path, [("resourceVersion", start.version), ("labelSelector", "on=yes")])
      #expect(events.map { $0["type"]?.string } == ["ADDED", "DELETED"])
      #expect(events[0]["object", "metadata", "resourceVersion"]?.string == on.version)
      #expect(events[1]["object", "metadata", "resourceVersion"]?.string == off.version)
      #expect(events[1]["object", "metadata", "labels", "on"] == "yes")
    }
  }

  @Test("a watch from 0 begins with what is there", arguments: ContractServer.available)
  func fromZero(server: ContractServer) async throws {
    try await server.run { api in
      try await api.configMap("a", [:], labels: ["mine": "yes"])
      try await api.configMap("b", [:], labels: ["mine": "yes"])
      let events = try await api.events(
        2, api.path("configmaps"), [("resourceVersion", "0"), ("labelSelector", "mine")])
      #expect(events.map { $0["type"]?.string } == ["ADDED", "ADDED"])
      #expect(Set(events.compactMap { $0["object", "metadata", "name"]?.string }) == ["a", "b"])
    }
  }

  @Test("a watch ends at its timeout, and one from nonsense is refused", arguments: ContractServer.available)
  func timeouts(server: ContractServer) async throws {
    try await server.run { api in
      let answer = try await api.send(
        .get, api.path("secrets"),
        [
          ("watch", "1"), ("timeoutSeconds", "1"), ("resourceVersion", "0"),
          ("fieldSelector", "metadata.name=none"),
        ])
      #expect(answer.status == 200)
      #expect(answer.body == .string(""))
      let nonsense = try await api.send(.get, api.path("secrets"), [("watch", "1"), ("resourceVersion", "bad")])
      #expect(nonsense.status == 500)
    }
  }
}
