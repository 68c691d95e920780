import Testing

@testable import Kubernetes

@Suite("The contract: status, scale, custom kinds, discovery")
struct PartsContractTests {
  @Test("status is written only through /status, and the rest not through it", arguments: ContractServer.available)
  func status(server: ContractServer) async throws {
    try await server.run { api in
      let pod: JSONValue = [
        "metadata": ["name": "p"],
        "spec": ["schedulerName": "nobody", "containers": [["name": "c", "image": "i"]]],
        "status": ["phase": "Running"],
      ]
      var made = try await api.send(.post, api.path("pods"), body: pod)
      if made.status != 201 {
        // A real cluster gives a new namespace its service account a moment later.
        _ = try await api.eventually {
          made = try await api.send(.post, api.path("pods"), body: pod)
          return made.status == 201
        }
      }
      #expect(made.body["status", "phase"] == "Pending")
      let path = api.path("pods", "p")
      let ignored = try await api.patch(path, "merge-patch", ["status": ["message": "m"]])
      #expect(ignored.body["status", "message"] == nil)
      let set = try await api.patch(
        path + "/status", "merge-patch", ["status": ["phase": "Running"], "spec": ["nodeName": "n"]])
      #expect(set.body["status", "phase"] == "Running")
      #expect(set.body["spec", "nodeName"] == nil)
      let found = try await api.send(.get, api.path("pods"), [("fieldSelector", "status.phase=Running,spec.nodeName=")])
      #expect(found.body["items"]?.array?.count == 1)
      let gone = try await api.send(.delete, path)
      #expect(gone.body["kind"] == "Pod")
      #expect(try await api.send(.get, path).status == 404)
    }
  }

  @Test("scale reads and writes the replicas, which count as a change of spec", arguments: ContractServer.available)
  func scale(server: ContractServer) async throws {
    try await server.run { api in
      var deployment = ApplyContractTests.deployment
      deployment["spec", "paused"] = true
      let made = try await api.send(.post, api.path("deployments", group: "apps"), body: deployment)
      #expect(made.status == 201)
      let path = api.path("deployments", "d", group: "apps")
      let scale = try await api.send(.get, path + "/scale")
      #expect(scale.body["kind"] == "Scale")
      #expect(scale.body["apiVersion"] == "autoscaling/v1")
      #expect(scale.body["status", "selector"] == "a=b")
      let changed = try await api.patch(path + "/scale", "merge-patch", ["spec": ["replicas": 2]])
      #expect(changed.body["spec", "replicas"] == 2)
      let whole = try await api.send(.get, path)
      #expect(whole.body["spec", "replicas"] == 2)
      #expect(whole.body["metadata", "generation"] == 2)
      let negative = try await api.patch(path + "/scale", "merge-patch", ["spec": ["replicas": -1]])
      #expect(negative.status == 422)
    }
  }

  @Test("a kind of one's own is served when it is defined", arguments: ContractServer.available)
  func custom(server: ContractServer) async throws {
    try await server.run { api in
      let group = "\(api.namespace).example.com"
      let definition: JSONValue = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": .string("things.\(group)")],
        "spec": [
          "group": .string(group), "scope": "Namespaced",
          "names": ["plural": "things", "singular": "thing", "kind": "Thing", "shortNames": ["th"]],
          "versions": [
            [
              "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
              "schema": [
                "openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
              ],
            ]
          ],
        ],
      ]
      let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
      #expect(try await api.send(.post, definitions, body: definition).status == 201)
      let path = api.path("things", group: group)
      #expect(try await api.eventually { try await api.send(.get, path).status == 200 })
      let thing: JSONValue = [
        "apiVersion": .string("\(group)/v1"), "kind": "Thing", "metadata": ["name": "t"], "spec": ["a": 1],
      ]
      let made = try await api.send(.post, path, body: thing)
      #expect(made.status == 201)
      #expect(made.body["metadata", "generation"] == 1)
      let status = try await api.patch(path + "/t/status", "merge-patch", ["status": ["ok": true], "spec": ["a": 2]])
      #expect(status.body["spec", "a"] == 1)
      #expect(status.body["metadata", "generation"] == 1)
      let changed = try await api.patch(path + "/t", "merge-patch", ["spec": ["a": 2]])
      #expect(changed.body["metadata", "generation"] == 2)
      #expect(changed.body["status", "ok"] == true)
      let blind = try await api.send(.put, path + "/t", body: thing)
      #expect(blind.status == 422)
      #expect(try await api.patch(path + "/t", "strategic-merge-patch", [:]).status == 415)
      let list = try await api.send(.get, path)
      #expect(list.body["kind"] == "ThingList")
      #expect(list.body["items", 0, "kind"] == "Thing")
      _ = try await api.send(.delete, "\(definitions)/things.\(group)")
    }
  }

  @Test("discovery describes the kinds that both serve alike")
  func discovery() async throws {
    guard ContractServer.available.contains(.real) else { return }
    let fake = FakeCluster()
    try await ContractServer.real.run { api in
      let near = Contract(transport: fake, namespace: "default", fake: fake)
      for kind in FakeKinds.builtIn {
        for version in kind.versions {
          let group = kind.resource.group
          let path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
          let its = try await api.send(.get, path)
          guard its.status == 200 else { continue }
          let mine = try await near.send(.get, path)
          #expect(mine.body["groupVersion"] == its.body["groupVersion"])
          for entry in mine.body["resources"]?.array ?? [] {
            // Servers before 1.21 have this kind only as v1beta1.
            guard let name = entry["name"]?.string,
              api.minor >= 21 || !(path == "/apis/batch/v1" && name.hasPrefix("cronjobs"))
            else { continue }
            var real = its.body["resources"]?.array?.first { $0["name"]?.string == name }
            // What the server says about its storage, and about kinds of other groups, is its own affair.
            for field in ["storageVersionHash", "group", "version"] { real?[.name(field)] = nil }
            var entry = entry
            if api.minor >= Contract.newer {
              for field in ["singularName", "categories"] {
                real?[.name(field)] = nil
                entry[.name(field)] = nil
              }
              // Older ones can only delete services one by one.
              if name == "services" {
                real?["verbs"] = nil
                entry["verbs"] = nil
              }
            }
            #expect(real == entry, "\(path) \(name)")
          }
        }
      }
    }
  }

  @Test("one may ask what one may do", arguments: ContractServer.available)
  func review(server: ContractServer) async throws {
    try await server.run { api in
      let answer = try await api.send(
        .post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        body: [
          "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
          "spec": ["resourceAttributes": ["namespace": .string(api.namespace), "verb": "get", "resource": "pods"]],
        ])
      #expect(answer.status == 201)
      #expect(answer.body["status", "allowed"] == true)
    }
  }

  @Test("a namespace takes everything in it along", arguments: ContractServer.available)
  func namespaces(server: ContractServer) async throws {
    try await server.run { api in
      let name = "\(api.namespace)-more"
      #expect(
        try await api.send(.post, "/api/v1/namespaces", body: ["metadata": ["name": .string(name)]]).status == 201)
      let maps = "/api/v1/namespaces/\(name)/configmaps"
      let held = try await api.send(
        .post, maps, body: ["metadata": ["name": "held", "finalizers": ["example.com/hold"]]])
      #expect(held.status == 201)
      let deleted = try await api.send(.delete, "/api/v1/namespaces/\(name)")
      #expect(deleted.body["status", "phase"] == "Terminating")
      let late = try await api.send(.post, maps, body: ["metadata": ["name": "late"]])
      #expect(late.status == 403)
      #expect(late.body["details", "causes", 0, "reason"] == "NamespaceTerminating")
      #expect(
        try await api.eventually {
          try await api.send(.get, maps + "/held").body["metadata", "deletionTimestamp"] != nil
        })
      _ = try await api.patch(maps + "/held", "merge-patch", ["metadata": ["finalizers": .null]])
      #expect(try await api.eventually { try await api.send(.get, "/api/v1/namespaces/\(name)").status == 404 })
    }
  }
}
