import Testing

@testable import Kubernetes

@Suite("The contract: create, replace, delete")
struct WritingContractTests {
  @Test("a new object gets what the server gives, and its fields an owner", arguments: ContractServer.available)
  func creates(server: ContractServer) async throws {
    try await server.run { api in
      let made = try await api.configMap("a", ["k": "v"], labels: ["x": "1"]).body
      #expect(made["metadata", "namespace"]?.string == api.namespace)
      #expect(made["metadata", "uid"]?.string?.utf8.count == 36)
      #expect(made["metadata", "creationTimestamp"]?.string?.hasSuffix("Z") == true)
      #expect(made["metadata", "generation"] == nil)
      let entry = made["metadata", "managedFields", 0]
      #expect(entry?["manager"] == "contract")
      #expect(entry?["operation"] == "Update")
      #expect(
        entry?["fieldsV1"] == [
          "f:data": [".": [:], "f:k": [:]], "f:metadata": ["f:labels": [".": [:], "f:x": [:]]],
        ])

      let named = try await api.send(
        .post, api.path("configmaps"), body: ["metadata": ["generateName": "gen-"]])
      #expect(named.body["metadata", "name"]?.string?.utf8.count == 9)
      #expect(named.body["metadata", "name"]?.string?.hasPrefix("gen-") == true)
      #expect(named.body["metadata", "managedFields", 0, "fieldsV1"] == ["f:metadata": ["f:generateName": [:]]])
    }
  }

  @Test(
    "a replacement takes the fields that it changes, and one without change is none",
    arguments: ContractServer.available)
  func replaces(server: ContractServer) async throws {
    try await server.run { api in
      let first = try await api.configMap("a", ["k": "v", "l": "w"])
      let path = api.path("configmaps", "a")
      let same = try await api.send(.put, path, body: first.body)
      #expect(same.status == 200)
      #expect(same.version == first.version)

      var changed = first.body
      changed["data", "k"] = "new"
      changed["data", "l"] = nil
      let second = try await api.send(.put, path, [("fieldManager", "other")], body: changed)
      #expect(second.status == 200)
      #expect(second.version != first.version)
      #expect(second.body["metadata", "uid"] == first.body["metadata", "uid"])
      let owners = second.body["metadata", "managedFields"]?.array ?? []
      #expect(owners.count == 2)
      #expect(owners.first { $0["manager"] == "contract" }?["fieldsV1"] == ["f:data": [:]])
      #expect(owners.first { $0["manager"] == "other" }?["fieldsV1"] == ["f:data": ["f:k": [:]]])

      let stale = try await api.send(.put, path, body: changed)
      #expect(stale.status == 409)
      #expect(stale.body["details"] == ["name": "a", "kind": "configmaps"])
    }
  }

  @Test("a dry run answers and keeps nothing", arguments: ContractServer.available)
  func dryRun(server: ContractServer) async throws {
    try await server.run { api in
      let answer = try await api.send(
        .post, api.path("configmaps"), [("dryRun", "All")], body: ["metadata": ["name": "dry"]])
      #expect(answer.status == 201)
      #expect(answer.body["metadata", "uid"] != nil)
      #expect(try await api.send(.get, api.path("configmaps", "dry")).status == 404)
    }
  }

  @Test(
    "deleting answers with a status, or with the object while a finalizer holds it", arguments: ContractServer.available
  )
  func deletes(server: ContractServer) async throws {
    try await server.run { api in
      let made = try await api.configMap("a")
      let gone = try await api.send(.delete, api.path("configmaps", "a"))
      #expect(gone.status == 200)
      #expect(gone.body["status"] == "Success")
      #expect(
        gone.body["details"] == [
          "name": "a", "kind": "configmaps", "uid": made.body["metadata", "uid"] ?? .null,
        ])

      try await api.configMap("held", [:], ["finalizers": ["example.com/hold"]])
      let path = api.path("configmaps", "held")
      let marked = try await api.send(.delete, path)
      #expect(marked.body["kind"] == "ConfigMap")
      #expect(marked.body["metadata", "deletionTimestamp"] != nil)
      #expect(marked.body["metadata", "deletionGracePeriodSeconds"] == 0)
      #expect(try await api.send(.delete, path).version == marked.version)
      let refused = try await api.patch(path, "merge-patch", ["metadata": ["finalizers": ["example.com/more"]]])
      #expect(refused.status == 422)
      #expect(refused.body["details", "causes", 0, "field"] == "metadata.finalizers")
      let released = try await api.patch(path, "merge-patch", ["metadata": ["finalizers": .null]])
      #expect(released.status == 200)
      #expect(released.version == marked.version)
      #expect(try await api.send(.get, path).status == 404)
    }
  }

  @Test("what belongs to an object goes with it, or stays when it is orphaned", arguments: ContractServer.available)
  func owners(server: ContractServer) async throws {
    try await server.run { api in
      func family(_ name: String) async throws {
        let owner = try await api.configMap(name)
        try await api.configMap(
          "\(name)-child", [:],
          [
            "ownerReferences": [
              [
                "apiVersion": "v1", "kind": "ConfigMap", "name": .string(name),
                "uid": owner.body["metadata", "uid"] ?? .null, "blockOwnerDeletion": true,
              ]
            ]
          ])
      }
      func isGone(_ name: String) async throws -> Bool {
        try await api.send(.get, api.path("configmaps", name)).status == 404
      }
      for policy in ["Background", "Foreground", "Orphan"] {
        let name = policy.lowercased()
        try await family(name)
        let answer = try await api.send(
          .delete, api.path("configmaps", name), body: ["propagationPolicy": .string(policy)])
        #expect(answer.status == 200)
        if policy == "Foreground" {
          #expect(answer.body["metadata", "finalizers"] == ["foregroundDeletion"])
        }
        #expect(try await api.eventually { try await isGone(name) })
        if policy == "Orphan" {
          let child = try await api.send(.get, api.path("configmaps", "\(name)-child"))
          #expect(child.status == 200)
          #expect(child.body["metadata", "ownerReferences"] == nil)
        } else {
          #expect(try await api.eventually { try await isGone("\(name)-child") })
        }
      }
    }
  }

  @Test("deletecollection takes what the selector chooses", arguments: ContractServer.available)
  func collection(server: ContractServer) async throws {
    try await server.run { api in
      for name in ["a", "b", "c"] { try await api.configMap(name, [:], labels: ["x": name == "c" ? "2" : "1"]) }
      let answer = try await api.send(.delete, api.path("configmaps"), [("labelSelector", "x=1")])
      #expect(answer.body["kind"] == "ConfigMapList")
      #expect(answer.body["items"]?.array?.count == 2)
      let left = try await api.send(.get, api.path("configmaps"), [("labelSelector", "x")])
      #expect(left.body["items"]?.array?.compactMap { $0["metadata", "name"]?.string } == ["c"])
    }
  }
}
