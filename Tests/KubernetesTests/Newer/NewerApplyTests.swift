import Testing

@testable import Kubernetes

@Suite("A newer server: server-side apply")
struct NewerApplyTests {
  @Test(
    "fields that are changed through a part of an object are owned through it, and a conflict says so",
    arguments: NewerServer.available)
  func parts(server: NewerServer) async throws {
    try await server.run("apply") { api in
      var object = ApplyContractTests.deployment
      object["spec", "paused"] = true
      let deployments = api.client.resources(DynamicObject.self, of: Deployment.resource, in: api.namespace)
      try await deployments.apply(object, manager: "me")
      try await deployments.patch(
        "d", try .merge(["spec": ["replicas": 2]] as JSONValue), subresource: "scale", WriteOptions(manager: "scaler"))
      try await deployments.patch(
        "d", try .merge(["status": ["collisionCount": 1]] as JSONValue), subresource: "status",
        WriteOptions(manager: "watcher"))

      let fields = try await deployments.get("d").decoded(as: Deployment.self).metadata.managedFields ?? []
      let scaler = try #require(fields.first { $0.manager == "scaler" })
      #expect(scaler.subresource == "scale" && scaler.operation == "Update" && scaler.apiVersion == "apps/v1")
      #expect(scaler.fieldsV1 == ["f:spec": ["f:replicas": [:]]])
      #expect(fields.first { $0.manager == "watcher" }?.subresource == "status")
      #expect(fields.first { $0.manager == "me" }?.subresource == nil)

      let refused = await #expect(throws: KubernetesError.self) { try await deployments.apply(object, manager: "me") }
      #expect(refused?.isConflict == true)
      #expect(
        refused?.message == "the API server refused to apply deployment 'd' in namespace '\(api.namespace)': "
          + "field .spec.replicas is owned by 'scaler' (apps/v1, through scale); "
          + "leave what is not yours out of the object, or apply with force")
      let forced = try await deployments.apply(object, manager: "me", force: true)
      #expect(forced["spec", "replicas"] == 0)
    }
  }

  @Test("a field that the kind does not have is said once, and not asked about again", arguments: NewerServer.available)
  func unknownField(server: NewerServer) async throws {
    try await server.run("apply-unknown-field") { api in
      var object = ApplyContractTests.deployment
      object["spec", "replica"] = 1
      let deployments = api.client.resources(DynamicObject.self, of: Deployment.resource, in: api.namespace)
      let refused = await #expect(throws: KubernetesError.self) {
        try await deployments.apply(object, ApplyOptions(manager: "me", fieldValidation: "Strict"))
      }
      // It answers 500, which would else be worth another try.
      #expect(refused?.status?.code == 500)
      #expect(
        refused?.message.hasSuffix(".spec.replica: field not declared in schema; correct the fields that are named")
          == true)
    }
  }
}
