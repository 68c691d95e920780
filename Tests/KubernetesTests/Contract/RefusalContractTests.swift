import Testing

@testable import Kubernetes

@Suite("The contract: what the server refuses, and in which words")
struct RefusalContractTests {
  struct Case: Sendable {
    var method: APIRequest.Method
    var path: String
    var query: [(name: String, value: String)] = []
    var type = "application/json"
    var body: JSONValue?
    var status: Int
    var reason: String?
    /// What the message begins with; `NS` stands for the namespace.
    var message: String
    var cause: (reason: String, field: String)?
    /// Where a newer server says something else.
    var newer: (status: Int, reason: String?, message: String)?
  }

  static let map: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"]]
  static let apply = "application/apply-patch+yaml"

  static let reading: [Case] = [
    Case(
      method: .get, path: "/api/v1/namespaces/NS/configmaps/x", status: 404, reason: "NotFound",
      message: "configmaps \"x\" not found"),
    Case(
      method: .get, path: "/apis/apps/v1/namespaces/NS/deployments/x", status: 404, reason: "NotFound",
      message: "deployments.apps \"x\" not found"),
    Case(
      method: .get, path: "/apis/apps/v1/namespaces/NS/nonesuch", status: 404, reason: "NotFound",
      message: "the server could not find the requested resource"),
    Case(
      method: .get, path: "/api/v1/pods/x", status: 404, reason: "NotFound",
      message: "the server could not find the requested resource"),
    Case(method: .get, path: "/apis/nonesuch.example/v1/x", status: 404, message: ""),
    Case(
      method: .get, path: "/api/v1/configmaps", query: [("limit", "x")], status: 400, reason: "BadRequest",
      message: "strconv.ParseInt: parsing \"x\": invalid syntax"),
    Case(
      method: .get, path: "/api/v1/configmaps", query: [("labelSelector", "a===b")], status: 400,
      reason: "BadRequest", message: "unable to parse requirement:"),
    Case(
      method: .get, path: "/api/v1/configmaps", query: [("fieldSelector", "data.k=b")], status: 400,
      reason: "BadRequest", message: "\"data.k\" is not a known field selector"),
    Case(
      method: .get, path: "/api/v1/configmaps", query: [("continue", "bad")], status: 400, reason: "BadRequest",
      message: "invalid continue token: continue key is not valid"),
    Case(
      method: .get, path: "/api/v1/configmaps", query: [("resourceVersion", "bad")], status: 500,
      message: "resourceVersion: Invalid value: \"bad\": strconv.ParseUint: parsing \"bad\": invalid syntax",
      newer: (400, "BadRequest", "invalid resource version: resourceVersion: Invalid value: \"bad\": strconv.")),
    Case(
      method: .put, path: "/api/v1/namespaces/NS/configmaps", body: map, status: 405, reason: "MethodNotAllowed",
      message: "the server does not allow this method on the requested resource"),
  ]

  static let writing: [Case] = [
    Case(
      method: .post, path: "/api/v1/namespaces/NS/configmaps", body: map, status: 409, reason: "AlreadyExists",
      message: "configmaps \"a\" already exists"),
    Case(
      method: .post, path: "/api/v1/namespaces/NS/configmaps", body: ["metadata": [:]], status: 422,
      reason: "Invalid",
      message: "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required",
      cause: ("FieldValueRequired", "metadata.name")),
    Case(
      method: .post, path: "/api/v1/namespaces/NS/configmaps", body: ["metadata": ["name": "A_"]], status: 422,
      reason: "Invalid",
      message: "ConfigMap \"A_\" is invalid: metadata.name: Invalid value: \"A_\": a lowercase RFC 1123 subdomain must",
      cause: ("FieldValueInvalid", "metadata.name")),
    Case(
      method: .post, path: "/api/v1/namespaces/NS/configmaps",
      body: ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "b"]], status: 400, reason: "BadRequest",
      message: "Secret in version \"v1\" cannot be handled as a ConfigMap"),
    Case(
      method: .post, path: "/api/v1/namespaces/NS/configmaps",
      body: ["metadata": ["name": "b", "namespace": "other"]], status: 400, reason: "BadRequest",
      message: "the namespace of the provided object does not match the namespace sent on the request"),
    Case(
      method: .post, path: "/api/v1/namespaces/NS/configmaps",
      body: ["metadata": ["name": "b", "resourceVersion": "5"]], status: 500,
      message: "resourceVersion should not be set on objects to be created"),
    Case(
      method: .post, path: "/api/v1/namespaces/nonesuch-NS/configmaps", body: map, status: 404, reason: "NotFound",
      message: "namespaces \"nonesuch-NS\" not found"),
    Case(
      method: .put, path: "/api/v1/namespaces/NS/configmaps/a",
      body: ["metadata": ["name": "a", "resourceVersion": "1"]], status: 409, reason: "Conflict",
      message: "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your"),
    Case(
      method: .put, path: "/api/v1/namespaces/NS/configmaps/a", body: ["metadata": ["name": "b"]], status: 400,
      reason: "BadRequest", message: "the name of the object (b) does not match the name on the URL (a)"),
    Case(
      method: .put, path: "/api/v1/namespaces/NS/configmaps/z", body: ["metadata": ["name": "z"]], status: 404,
      reason: "NotFound", message: "configmaps \"z\" not found"),
    Case(
      method: .put, path: "/apis/coordination.k8s.io/v1/namespaces/NS/leases/l",
      body: ["metadata": ["name": "l"], "spec": [:]], status: 422, reason: "Invalid",
      message: "leases.coordination.k8s.io \"l\" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be",
      cause: ("FieldValueInvalid", "metadata.resourceVersion"),
      newer: (
        422, "Invalid",
        "leases.coordination.k8s.io \"l\" is invalid: metadata.resourceVersion: Invalid value: 0: must be"
      )),
    Case(
      method: .put, path: "/api/v1/namespaces/NS/configmaps/a/status", body: [:], status: 404, reason: "NotFound",
      message: "the server could not find the requested resource"),
    Case(
      method: .delete, path: "/api/v1/namespaces/NS/configmaps/z", status: 404, reason: "NotFound",
      message: "configmaps \"z\" not found"),
    Case(
      method: .delete, path: "/api/v1/namespaces/NS/configmaps/a", body: ["preconditions": ["uid": "x"]],
      status: 409, reason: "Conflict",
      message: "Operation cannot be fulfilled on ConfigMap \"a\": the UID in the precondition (x) does not match"),
    Case(
      method: .delete, path: "/api/v1/namespaces/NS/configmaps/a",
      body: ["preconditions": ["resourceVersion": "1"]], status: 409, reason: "Conflict",
      message: "Operation cannot be fulfilled on ConfigMap \"a\": the ResourceVersion in the precondition (1) does not"),
    Case(
      method: .delete, path: "/api/v1/namespaces/NS/configmaps/a", body: ["propagationPolicy": "Nonsense"],
      status: 422, reason: "Invalid",
      message: "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"Nonsense\"",
      cause: ("FieldValueNotSupported", "propagationPolicy")),
  ]

  static let patching: [Case] = [
    Case(
      method: .patch, path: "/api/v1/namespaces/NS/configmaps/a", type: "application/strange", body: [:],
      status: 415, reason: "UnsupportedMediaType", message: ""),
    Case(
      method: .patch, path: "/api/v1/namespaces/NS/configmaps/z", type: "application/merge-patch+json", body: [:],
      status: 404, reason: "NotFound", message: "configmaps \"z\" not found"),
    Case(
      method: .patch, path: "/api/v1/namespaces/NS/configmaps/a", type: "application/merge-patch+json",
      body: ["metadata": ["resourceVersion": "1"]], status: 409, reason: "Conflict",
      message: "Operation cannot be fulfilled on configmaps \"a\": the object has been modified"),
    Case(
      method: .patch, path: "/api/v1/namespaces/NS/configmaps/a", type: "application/json-patch+json",
      body: [["op": "test", "path": "/metadata/name", "value": "z"]], status: 422, reason: "Invalid",
      message: "the server rejected our request due to an error in our request"),
    Case(
      method: .patch, path: "/api/v1/namespaces/NS/configmaps/a", type: "application/json-patch+json",
      body: [["op": "remove", "path": "/data/none"]], status: 422, reason: "Invalid",
      message: "the server rejected our request due to an error in our request"),
    Case(
      method: .patch, path: "/api/v1/namespaces/NS/configmaps/a", type: "application/json-patch+json",
      body: ["a": 1], status: 400, reason: "BadRequest", message: "json: cannot unmarshal object into Go value",
      newer: (400, "BadRequest", "error decoding patch: json: cannot unmarshal object into Go value")),
    Case(
      method: .patch, path: "/api/v1/namespaces/NS/configmaps/a", type: apply, body: map, status: 422,
      reason: "Invalid",
      message: "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch",
      cause: ("FieldValueRequired", "fieldManager")),
    Case(
      method: .patch, path: "/api/v1/namespaces/NS/configmaps/s", query: [("fieldManager", "m")], type: apply,
      body: map, status: 400, reason: "BadRequest",
      message: "the name of the object (a) does not match the name on the URL (s)"),
    Case(
      method: .patch, path: "/api/v1/namespaces/NS/configmaps/a", query: [("fieldManager", "m")], type: apply,
      body: ["kind": "ConfigMap", "metadata": ["name": "a"]], status: 400, reason: "BadRequest",
      message: "Incorrect version specified in apply patch. Specified patch version: , expected: v1",
      newer: (400, "BadRequest", "invalid object type: /, Kind=ConfigMap")),
  ]

  @Test("readers, writers and patches are refused alike", arguments: ContractServer.available)
  func refuses(server: ContractServer) async throws {
    try await server.run { api in
      try await api.configMap("a")
      let lease = try await api.send(
        .post, api.path("leases", group: "coordination.k8s.io"), body: ["metadata": ["name": "l"], "spec": [:]])
      try #require(lease.status == 201)
      for test in Self.reading + Self.writing + Self.patching {
        func here(_ text: String) -> String { text.replacing("NS", with: api.namespace) }
        let answer = try await api.send(
          test.method, here(test.path), test.query, body: test.body, type: test.type)
        let what: Comment = "\(test.method.rawValue) \(test.path) \(test.query) \(answer.body)"
        let older = (status: test.status, reason: test.reason, message: test.message)
        let wanted = api.minor >= Contract.newer ? test.newer ?? older : older
        #expect(answer.status == wanted.status, what)
        #expect(answer.reason == wanted.reason, what)
        #expect(answer.message.hasPrefix(here(wanted.message)), what)
        if let cause = test.cause {
          #expect(answer.body["details", "causes", 0, "reason"]?.string == cause.reason, what)
          #expect(answer.body["details", "causes", 0, "field"]?.string == cause.field, what)
        }
      }
    }
  }
}
