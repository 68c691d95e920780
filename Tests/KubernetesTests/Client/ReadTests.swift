import MusterCore
import NIOCore
import Testing

@testable import Kubernetes

@Suite("Reading objects", .timeLimit(.minutes(1)))
struct ReadTests {
  @Test("a get asks for the path of the object and reads it")
  func get() async throws {
    let transport = ScriptedTransport([.json(Thing.json("a", size: 3, version: 5))])
    let thing = try await KubernetesClient.scripted(transport).resources(Thing.self, in: "lab").get("a")
    #expect(thing.size == 3)
    #expect(transport.requests[0].path == "/apis/example.org/v1/namespaces/lab/things/a")
    #expect(transport.requests[0].method == .get)
  }

  @Test("what makes no sense is refused before it is sent")
  func senseless() async throws {
    let transport = ScriptedTransport([.json("{}")])
    let client = KubernetesClient.scripted(transport)
    await #expect(throws: KubernetesError.self) { try await client.resources(Thing.self, in: "lab").get("") }
    let error = await #expect(throws: KubernetesError.self) { try await client.resources(Thing.self).get("a") }
    #expect(error?.message.contains("without a namespace") == true)
    #expect(transport.count == 0)
  }

  @Test(
    "a name that leads elsewhere in a path is refused before it is sent", arguments: [".", "..", "a/b", "a%2Fb", "/"])
  func paths(name: String) async throws {
    let transport = ScriptedTransport([])
    let client = KubernetesClient.scripted(transport)
    let good = client.resources(Thing.self, in: "lab")
    let bad = client.resources(Thing.self, in: name)
    let calls: [@Sendable () async throws -> Void] = [
      { _ = try await good.get(name) }, { _ = try await good.delete(name) },
      { _ = try await good.replace(Thing(name)) },
      { _ = try await good.get("a", subresource: "\(name)/x") }, { _ = try await bad.get("a") },
      { _ = try await bad.list() }, { _ = try await bad.create(Thing("a")) },
      { try await bad.deleteCollection(ListOptions()) }, { for try await _ in bad.watch(from: "1") {} },
      { for try await _ in good.logs(name) {} },
    ]
    for (index, call) in calls.enumerated() {
      if name == "a/b" && index == 3 { continue }
      let error = await #expect(throws: KubernetesError.self) { try await call() }
      #expect(error?.code == .badValue)
    }
    #expect(transport.count == 0)
  }

  @Test("metadata alone is asked for by its own media type")
  func partial() async throws {
    let transport = ScriptedTransport([.json(Thing.list([Thing.json("a", version: 1)], version: 9))])
    let client = KubernetesClient.scripted(transport)
    let list = try await client.resources(PartialObject.self, of: Thing.resource).list()
    #expect(list.items.map(\.metadata.name) == ["a"])
    #expect(transport.requests[0].header("accept")?.contains("PartialObjectMetadataList") == true)
  }

  @Test("objects of a list know their kind when they are kept whole")
  func kinds() async throws {
    let transport = ScriptedTransport([.json(Thing.list([Thing.json("a", version: 1)], version: 9))])
    let client = KubernetesClient.scripted(transport)
    let list = try await client.resources(DynamicObject.self, of: Thing.resource).list()
    #expect(list.items[0].kind == "Thing")
    #expect(list.items[0].apiVersion == "example.org/v1")
  }

  @Test("pages are read to the end, and are of one moment")
  func pages() async throws {
    let transport = ScriptedTransport { request, _ in
      let token = request.query.first { $0.name == "continue" }?.value
      switch token {
      case nil: return .json(Thing.list([Thing.json("a", version: 1)], version: 9, token: "x"))
      case "x": return .json(Thing.list([Thing.json("b", version: 2)], version: 9, token: "y/+="))
      default: return .json(Thing.list([Thing.json("c", version: 3)], version: 9))
      }
    }
    let things = KubernetesClient.scripted(transport).resources(Thing.self, in: "lab")
    let all = try await things.listAll(ListOptions(labelSelector: "a=b", limit: 1))
    #expect(all.items.map(\.metadata.name) == ["a", "b", "c"])
    #expect(all.resourceVersion == "9")
    #expect(transport.count == 3)
    #expect(transport.requests[2].query.contains { $0.name == "continue" && $0.value == "y/+=" })
    #expect(transport.requests.allSatisfy { $0.query.contains { $0.name == "labelSelector" } })
    let first = try await things.list(ListOptions(limit: 1))
    #expect(first.continueToken == "x" && first.remaining == 7)
  }

  @Test("a list whose moment the server forgets begins anew, says so, and in the end is read in one")
  func restart() async throws {
    let transport = ScriptedTransport { request, _ in
      if request.query.contains(where: { $0.name == "continue" }) { return .refusal(410, "Expired", "too old") }
      let isWhole = !request.query.contains { $0.name == "limit" }
      return .json(
        Thing.list([Thing.json(isWhole ? "whole" : "part", version: 1)], version: 9, token: isWhole ? nil : "x"))
    }
    let things = KubernetesClient.scripted(transport).resources(Thing.self, in: "lab")
    #expect(try await things.listAll(ListOptions(limit: 1)).items.map(\.metadata.name) == ["whole"])
    #expect(transport.count == 7)
    var firsts = 0
    for try await page in things.pages(ListOptions(limit: 1)) where page.isFirst { firsts += 1 }
    #expect(firsts == 4)
  }

  @Test("an answer that is no list, or no such object, is a sentence without its values")
  func unreadable() async throws {
    for text in ["", "[]", "{", #"{"items":3}"#, "<html>", #"{"metadata":{},"items":[{"metadata":{"name":3}}]}"#] {
      let client = KubernetesClient.scripted(ScriptedTransport([.json(text)]))
      let error = await #expect(throws: KubernetesError.self) { try await client.resources(Thing.self).list() }
      #expect(error?.code == .badAnswer)
    }
    let secret = ScriptedTransport([.json(#"{"metadata":{"name":"a"},"size":"hunter2"}"#)])
    let error = await #expect(throws: KubernetesError.self) {
      try await KubernetesClient.scripted(secret).resources(Thing.self, in: "lab").get("a")
    }
    #expect(error?.message.contains("'size' is no Int") == true)
    #expect("\(error as Any)".contains("hunter2") == false)
  }
}
