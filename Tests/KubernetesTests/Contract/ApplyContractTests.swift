import Testing

@testable import Kubernetes

@Suite("The contract: patches and server-side apply")
struct ApplyContractTests {
  private func map(_ data: JSONValue, labels: JSONValue? = nil) -> JSONValue {
    var map: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "s"], "data": data]
    map["metadata", "labels"] = labels
    return map
  }

  private func owners(_ answer: Contract.Answer) -> [String: JSONValue] {
    var result: [String: JSONValue] = [:]
    for entry in answer.body["metadata", "managedFields"]?.array ?? [] {
      result["\(entry["manager"]?.string ?? "")/\(entry["operation"]?.string ?? "")"] = entry["fieldsV1"]
    }
    return result
  }

  @Test("fields are handed over by changing the account of them", arguments: ContractServer.available)
  func handOver(server: ContractServer) async throws {
    try await server.run { api in
      let path = api.path("configmaps", "s")
      var map = map(["a": "1", "b": "2"], labels: ["l": "1"])
      _ = try await api.send(.post, api.path("configmaps"), [("fieldManager", "old")], body: map)
      let before = try await api.send(.get, path)
      var entry = try #require(before.body["metadata", "managedFields", 0])
      #expect(entry["operation"] == "Update")
      entry["manager"] = "new"
      entry["operation"] = "Apply"
      let stale = try await api.patch(
        path, "merge-patch", ["metadata": ["resourceVersion": "1", "managedFields": [entry]]])
      #expect(stale.status == 409)
      let version = JSONValue.string(before.version)
      let handed = try await api.patch(
        path, "merge-patch", ["metadata": ["resourceVersion": version, "managedFields": [entry]]])
      #expect(handed.status == 200)
      #expect(owners(handed).keys.sorted() == ["new/Apply"])
      // What its new owner does not name goes; the map that held it stays for the rest.
      map["data"] = ["a": "1"]
      map["metadata", "labels"] = nil
      let applied = try await api.apply(path, map, manager: "new")
      #expect(applied.body["data"] == ["a": "1"])
      #expect(applied.body["metadata", "labels"] == nil)
      #expect(owners(applied) == ["new/Apply": ["f:data": ["f:a": [:]]]])
    }
  }

  @Test("two managers share an object, fight over a field, and one wins by force", arguments: ContractServer.available)
  func conflicts(server: ContractServer) async throws {
    try await server.run { api in
      let path = api.path("configmaps", "s")
      let first = try await api.apply(path, map(["a": "1", "b": "2"], labels: ["l": "1"]), manager: "one")
      #expect(first.status == 201)
      #expect(
        owners(first) == [
          "one/Apply": ["f:data": ["f:a": [:], "f:b": [:]], "f:metadata": ["f:labels": ["f:l": [:]]]]
        ])
      let again = try await api.apply(path, map(["a": "1", "b": "2"], labels: ["l": "1"]), manager: "one")
      #expect(again.status == 200)
      #expect(again.version == first.version)

      let refused = try await api.apply(path, map(["a": "9", "b": "8"]), manager: "two")
      #expect(refused.status == 409)
      #expect(refused.message == "Apply failed with 2 conflicts: conflicts with \"one\":\n- .data.a\n- .data.b")
      #expect(
        refused.body["details", "causes", 0] == [
          "reason": "FieldManagerConflict", "message": "conflict with \"one\"", "field": ".data.a",
        ])

      let forced = try await api.apply(path, map(["a": "9", "c": "3"]), manager: "two", force: true)
      #expect(forced.body["data"] == ["a": "9", "b": "2", "c": "3"])
      #expect(
        owners(forced) == [
          "one/Apply": ["f:data": ["f:b": [:]], "f:metadata": ["f:labels": ["f:l": [:]]]],
          "two/Apply": ["f:data": ["f:a": [:], "f:c": [:]]],
        ])

      let less = try await api.apply(path, map([:]), manager: "one")
      #expect(less.body["data"] == ["a": "9", "c": "3"])
      #expect(less.body["metadata", "labels"] == nil)
      let changed = try await api.patch(path, "merge-patch", ["data": ["c": "77"]], [("fieldManager", "upd")])
      var left: [String: JSONValue] = [
        "two/Apply": ["f:data": ["f:a": [:]]], "upd/Update": ["f:data": ["f:c": [:]]],
      ]
      // Newer servers let a manager own a map of which it owns no entry.
      if api.minor >= Contract.newer { left["one/Apply"] = ["f:data": [:]] }
      #expect(owners(changed) == left)
      let lost = try await api.apply(path, map(["a": "9", "c": "3"]), manager: "two")
      #expect(lost.message == "Apply failed with 1 conflict: conflict with \"upd\" using v1: .data.c")
    }
  }

  static let deployment: JSONValue = [
    "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "d"],
    "spec": [
      "replicas": 0, "selector": ["matchLabels": ["a": "b"]],
      "template": [
        "metadata": ["labels": ["a": "b"]],
        "spec": [
          "containers": [
            [
              "name": "c", "image": "i", "ports": [["containerPort": 80]],
              "env": [["name": "E", "value": "1"]],
            ]
          ]
        ],
      ],
    ],
  ]

  @Test("containers, ports and variables are owned one by one", arguments: ContractServer.available)
  func containers(server: ContractServer) async throws {
    try await server.run { api in
      let path = api.path("deployments", "d", group: "apps")
      let made = try await api.apply(path, Self.deployment, manager: "one")
      #expect(made.status == 201)
      #expect(made.body["metadata", "generation"] == 1)
      #expect(
        owners(made)["one/Apply"]?["f:spec", "f:template", "f:spec", "f:containers"] == [
          #"k:{"name":"c"}"#: [
            ".": [:], "f:name": [:], "f:image": [:],
            "f:env": [#"k:{"name":"E"}"#: [".": [:], "f:name": [:], "f:value": [:]]],
            "f:ports": [#"k:{"containerPort":80,"protocol":"TCP"}"#: [".": [:], "f:containerPort": [:]]],
          ]
        ])
      let refused = try await api.apply(
        path,
        [
          "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "d"],
          "spec": ["template": ["spec": ["containers": [["name": "c", "image": "j"]]]]],
        ], manager: "two")
      #expect(
        refused.message
          == #"Apply failed with 1 conflict: conflict with "one": .spec.template.spec.containers[name="c"].image"#)

      let patched = try await api.patch(
        path, "strategic-merge-patch",
        [
          "spec": [
            "template": ["spec": ["containers": [["name": "d", "image": "k"], ["name": "c", "image": "i2"]]]]
          ]
        ])
      let containers = patched.body["spec", "template", "spec", "containers"]?.array ?? []
      #expect(containers.map { $0["name"]?.string } == ["d", "c"])
      #expect(containers.last?["env", 0, "name"] == "E")
      let removed = try await api.patch(
        path, "strategic-merge-patch",
        ["spec": ["template": ["spec": ["containers": [["name": "c", "$patch": "delete"]]]]]])
      #expect(
        removed.body["spec", "template", "spec", "containers"]?.array?.map { $0["name"]?.string } == ["d"])
    }
  }

  @Test("JSON patches and merge patches change what they name", arguments: ContractServer.available)
  func patches(server: ContractServer) async throws {
    try await server.run { api in
      try await api.configMap("s", ["a": "1", "b": "2"])
      let path = api.path("configmaps", "s")
      let json = try await api.patch(
        path, "json-patch",
        [
          ["op": "test", "path": "/data/a", "value": "1"],
          ["op": "add", "path": "/metadata/annotations", "value": [:]],
          ["op": "add", "path": "/metadata/annotations/a~1b", "value": "x"],
          ["op": "move", "from": "/data/b", "path": "/data/c"],
          ["op": "copy", "from": "/data/a", "path": "/data/d"],
          ["op": "replace", "path": "/data/a", "value": "3"],
        ])
      #expect(json.body["metadata", "annotations"] == ["a/b": "x"])
      #expect(json.body["data"] == ["a": "3", "c": "2", "d": "1"])
      let merged = try await api.patch(path, "merge-patch", ["data": ["c": .null, "e": "5"]])
      #expect(merged.body["data"] == ["a": "3", "d": "1", "e": "5"])
    }
  }
}
