import Foundation
import NIOCore
import Testing

@testable import Kubernetes

@Suite struct DynamicObjectTests {
  private let text = #"""
    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop","uid":"u-1",
    "resourceVersion":"42","generation":7,"labels":{"app":"web"},"creationTimestamp":"2026-11-27T16:31:36Z",
    "ownerReferences":[{"apiVersion":"v1","kind":"X","name":"x","uid":"u-2","controller":true}],
    "managedFields":[{"manager":"kubectl","operation":"Apply","time":"2026-11-27T16:31:36Z","fieldsV1":{"f:spec":{}}}]},
    "spec":{"replicas":3,"big":9007199254740993,"future":{"field":[null,1.5]}}}
    """#

  @Test("Nothing that the server sent is lost")
  func lossless() throws {
    let object = try DynamicObject.decode(ByteBuffer(string: text))
    let mirror = try JSONDecoder().decode(DynamicObject.self, from: Data(text.utf8))
    #expect(object == mirror)
    #expect(try DynamicObject.decode(object.json) == object)
    #expect(object["spec", "big"]?.integer == 9_007_199_254_740_993)
    let encoded = try JSONEncoder().encode(object)
    #expect(try DynamicObject.decode(ByteBuffer(bytes: encoded)) == object)
  }

  @Test("Its metadata are what Foundation's decoder makes of them")
  func metadata() throws {
    struct Head: Decodable { var metadata: ObjectMeta }
    let object = try DynamicObject.decode(ByteBuffer(string: text))
    #expect(object.metadata == (try JSONDecoder().decode(Head.self, from: Data(text.utf8))).metadata)
    #expect(object.name == "web" && object.namespace == "shop" && object.uid == "u-1" && object.resourceVersion == "42")
    #expect(object.apiVersion == "apps/v1" && object.kind == "Deployment")
    #expect(DynamicObject([:]).metadata == ObjectMeta())
    #expect(DynamicObject(["metadata": ["name": 3, "labels": ["a": 1, "b": "c"]]]).metadata.labels == ["b": "c"])
  }

  @Test("It can be changed by path, and metadata follow")
  func changes() throws {
    var object = DynamicObject(Deployment.resource, name: "web", namespace: "shop")
    object["spec", "replicas"] = 3
    object["metadata", "labels", "app"] = "web"
    object.name = "web-2"
    object["metadata", "namespace"] = nil
    object["nothing", "at", "all"] = nil
    let expected: JSONValue = [
      "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web-2", "labels": ["app": "web"]],
      "spec": ["replicas": 3],
    ]
    #expect(object.content == expected.object)
    #expect(object.metadata.labels == ["app": "web"])
  }

  @Test("It becomes a typed object and comes from one")
  func typed() throws {
    let object = try DynamicObject.decode(ByteBuffer(string: text))
    let deployment = try object.decoded(as: Deployment.self)
    #expect(deployment.spec?.replicas == 3 && deployment.metadata == object.metadata)
    #expect(deployment.metadata.managedFields?.first?.manager == "kubectl")
    let again = try DynamicObject(encoding: deployment)
    #expect(again["spec", "replicas"] == 3 && again["metadata"] == object["metadata"])
  }

  @Test("What is no object is refused", arguments: ["[]", "1", "", "{"])
  func refuses(_ text: String) {
    #expect(throws: KubernetesError.self) { try DynamicObject.decode(ByteBuffer(string: text)) }
  }

  @Test("Metadata alone are read from any object")
  func partial() throws {
    let object = try PartialObject.decode(ByteBuffer(string: text))
    #expect(object.metadata.name == "web" && object.metadata.generation == 7)
    #expect(try PartialObject.decode(ByteBuffer(string: "{}")).metadata == ObjectMeta())
  }
}
