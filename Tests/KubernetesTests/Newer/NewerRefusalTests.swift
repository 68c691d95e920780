import Foundation
import Testing

@testable import Kubernetes

@Suite("A newer server: what it refuses, and in which words")
struct NewerRefusalTests {
  private func refusal(_ what: () async throws -> Void) async throws -> KubernetesError {
    try #require(await #expect(throws: KubernetesError.self) { try await what() })
  }

  @Test(
    "a field that the kind does not have is refused if one asks for it, without its neighbours' values",
    arguments: NewerServer.available)
  func strict(server: NewerServer) async throws {
    try await server.run("strict") { api in
      let secrets = api.client.resources(DynamicObject.self, of: SecretObject.resource, in: api.namespace)
      let strict = WriteOptions(fieldValidation: "Strict")
      let object: JSONValue = ["metadata": ["name": "s"], "stringData": ["k": "v4lue"], "datum": 1]
      let created = try await refusal { try await secrets.create(object, strict) }
      #expect(
        created.message
          == "the API server refused to create secret 's' in namespace '\(api.namespace)': Secret in version "
          + "\"v1\" cannot be handled as a Secret: strict decoding error: unknown field \"datum\"; "
          + "correct the fields that are named")
      try await secrets.create(object)
      let patched = try await refusal {
        try await secrets.patch("s", try .merge(["datum": 2] as JSONValue), strict)
      }
      // The server repeats the whole object.
      #expect(patched.status?.message?.contains("\\\"data\\\":{") == true)
      #expect(
        patched.message == "the API server refused to patch secret 's' in namespace '\(api.namespace)': "
          + "\"\" is invalid: patch: Invalid value: (an object): strict decoding error: unknown field \"datum\"; "
          + "correct the fields that are named")
    }
  }

  @Test("a version that is gone is not found", arguments: NewerServer.available)
  func gone(server: NewerServer) async throws {
    try await server.run("gone") { api in
      let old = api.client.resources(PodDisruptionBudget.self, of: PodDisruptionBudget.v1beta1, in: api.namespace)
      let refused = try await refusal { _ = try await old.list() }
      #expect(refused.isNotFound)
      #expect(
        refused.message == "the API server refused to list poddisruptionbudgets in namespace '\(api.namespace)': "
          + "the server could not find the requested resource; "
          + "check the name, the namespace and that the server has this kind")
    }
  }

  @Test(
    "a pod that its namespace holds for unsafe is refused by a rule, not for want of a right",
    arguments: NewerServer.available)
  func podSecurity(server: NewerServer) async throws {
    try await server.run("pod-security") { api in
      let namespaces = api.client.resources(DynamicObject.self, of: Namespace.resource)
      let labels: JSONValue = ["metadata": ["labels": ["pod-security.kubernetes.io/enforce": "restricted"]]]
      try await namespaces.patch(api.namespace, try .merge(labels))
      // A new namespace gets its service account a moment later.
      let account = api.path("serviceaccounts", "default")
      #expect(try await api.eventually { try await api.send(.get, account).status == 200 })
      let pod: JSONValue = ["metadata": ["name": "p"], "spec": ["containers": [["name": "c", "image": "i"]]]]
      let refused = try await refusal { try await api.client.resources(Pod.self, in: api.namespace).create(pod) }
      #expect(refused.status?.code == 403 && refused.status?.reason == "Forbidden")
      #expect(
        refused.message.hasPrefix(
          "the API server refused to create pod 'p' in namespace '\(api.namespace)': pods \"p\" is forbidden: violates "
            + "PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (container \"c\" must set "))
      #expect(refused.message.hasSuffix("; keep to the rule that is named, or let an administrator change it"))
    }
  }

  @Test("what is over a quota is refused by a rule", arguments: NewerServer.available)
  func quota(server: NewerServer) async throws {
    try await server.run("quota") { api in
      let quota: JSONValue = ["metadata": ["name": "q"], "spec": ["hard": ["count/secrets": "0"]]]
      try await api.client.resources(ResourceQuota.self, in: api.namespace).create(quota)
      let path = api.path("resourcequotas", "q")
      #expect(
        try await api.eventually {
          try await api.send(.get, path).body["status", "used", "count/secrets"] != nil
        })
      let secrets = api.client.resources(SecretObject.self, in: api.namespace)
      let refused = try await refusal { try await secrets.create(["metadata": ["name": "s"]] as JSONValue) }
      #expect(
        refused.message
          == "the API server refused to create secret 's' in namespace '\(api.namespace)': secrets \"s\" is "
          + "forbidden: exceeded quota: q, requested: count/secrets=1, used: count/secrets=0, limited: count/secrets=0; "
          + "keep to the rule that is named, or let an administrator change it")
    }
  }

  @Test("versions that are forgotten are expired, however they are asked for", arguments: NewerServer.available)
  func expired(server: NewerServer) async throws {
    try await server.run("expired") { api in
      let maps = api.client.resources(DynamicObject.self, of: ConfigMap.resource, in: api.namespace)
      let exact = try await api.send(
        .get, api.path("configmaps"), [("resourceVersion", "1"), ("resourceVersionMatch", "Exact")])
      guard exact.status == 410 else { try Test.cancel("the server is too young to have forgotten anything") }
      let list = try await refusal {
        _ = try await maps.list(ListOptions(resourceVersion: "1", resourceVersionMatch: "Exact"))
      }
      #expect(
        list.isExpired && list.message.contains("The resourceVersion for the provided list is too old; list again"))
      let token = Data(#"{"v":"meta.k8s.io/v1","rv":1,"start":"a\u0000"}"#.utf8).base64EncodedString()
        .replacing("=", with: "").replacing("+", with: "-").replacing("/", with: "_")
      let page = try await refusal { _ = try await maps.list(ListOptions(limit: 1, continueToken: token)) }
      #expect(page.isExpired && page.message.contains("The provided continue parameter is too old to display"))
    }
  }
}
