import NIOCore
import Testing

@testable import Kubernetes

/// Requests to one server, in one namespace, and their answers as JSON.
struct Contract {
  struct Answer {
    var status: Int
    var body: JSONValue

    var message: String { body["message"]?.string ?? "" }
    var reason: String? { body["reason"]?.string }
    var version: String { body["metadata", "resourceVersion"]?.string ?? "" }
  }

  let transport: any APITransport
  let namespace: String
  /// Nil when the server is a real one.
  let fake: FakeCluster?
  /// Of the server's release 1.x; the fake is as one of 1.20.
  var minor = 20
  /// From this release on, a server is held to what was seen of newer ones. It was seen of 1.20 and of 1.36, and this is
  /// the first of which all of it should be true; between them nobody has looked.
  static let newer = 33

  var client: KubernetesClient {
    KubernetesClient(transport: transport, namespace: namespace, behaviour: ClientBehaviour(requestsPerSecond: 0))
  }

  /// The collection, or an object of it, in the test's namespace.
  func path(_ plural: String, _ name: String? = nil, group: String = "", version: String = "v1") -> String {
    ResourceType(group: group, version: version, plural: plural, kind: "").path(in: namespace, name: name)
  }

  func send(
    _ method: APIRequest.Method, _ path: String, _ query: [(name: String, value: String)] = [],
    body: JSONValue? = nil, type: String = "application/json", accept: String = "application/json"
  ) async throws -> Answer {
    let answer = try await transport.send(
      APIRequest(
        method, path, query: query,
        headers: [("Content-Type", type), ("Accept", accept), ("User-Agent", "contract/1")],
        body: body.map { JSONWriter.buffer($0) }))
    let bytes = try await answer.body.collect(upTo: 64 << 20)
    let value = try? JSONReader.parse(bytes)
    return Answer(status: answer.status, body: value ?? .string(String(buffer: bytes)))
  }

  func patch(
    _ path: String, _ type: String, _ body: JSONValue, _ query: [(name: String, value: String)] = []
  ) async throws -> Answer {
    let type = type == "apply" ? "application/apply-patch+yaml" : "application/\(type)+json"
    return try await send(.patch, path, query, body: body, type: type)
  }

  func apply(_ path: String, _ body: JSONValue, manager: String, force: Bool = false) async throws -> Answer {
    try await patch(path, "apply", body, [("fieldManager", manager)] + (force ? [("force", "true")] : []))
  }

  /// A ConfigMap of this name, created.
  @discardableResult
  func configMap(
    _ name: String, _ data: JSONValue = [:], labels: JSONValue = .null, _ more: [String: JSONValue] = [:]
  ) async throws -> Answer {
    var metadata: [String: JSONValue] = ["name": .string(name)]
    if labels != .null { metadata["labels"] = labels }
    metadata.merge(more) { $1 }
    let answer = try await send(
      .post, path("configmaps"),
      body: [
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": .object(metadata), "data": data,
      ])
    try #require(answer.status == 201, "\(answer.body)")
    return answer
  }

  /// The first so many events of a watch, as `TYPE name`.
  func events(
    _ count: Int, _ path: String, _ query: [(name: String, value: String)], accept: String = "application/json"
  ) async throws -> [JSONValue] {
    let answer = try await transport.send(
      APIRequest(
        .get, path, query: [("watch", "1"), ("timeoutSeconds", "20")] + query, headers: [("Accept", accept)]))
    try #require(answer.status == 200)
    var events: [JSONValue] = []
    var rest: [UInt8] = []
    for try await piece in answer.body {
      rest += piece.readableBytesView
      while let end = rest.firstIndex(of: 0x0A) {
        events.append(try JSONReader.parse(rest[..<end]))
        rest.removeSubrange(...end)
        if events.count == count { return events }
      }
    }
    return events
  }

  /// Waits for what a real cluster's controllers do a little later.
  func eventually(within time: Duration = .seconds(20), _ what: () async throws -> Bool) async throws -> Bool {
    try await Self.eventually(within: time, what)
  }

  static func eventually(
    within time: Duration = .seconds(20), _ what: () async throws -> Bool
  ) async throws -> Bool {
    let end = ContinuousClock.now + time
    while ContinuousClock.now < end {
      if try await what() { return true }
      try await Task.sleep(for: .milliseconds(50))
    }
    return false
  }
}
