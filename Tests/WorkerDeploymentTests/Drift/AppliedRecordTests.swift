import Kubernetes
import SeededDice
import Testing

@testable import WorkerDeployment

@Suite("The record of what was applied") struct AppliedRecordTests {
  private func record(_ kind: String, _ more: [String: JSONValue]) throws -> JSONValue? {
    var object = DynamicObject(["kind": .string(kind), "metadata": ["name": "a", "labels": ["x": "y"]]])
    for (field, value) in more { object[.name(field)] = value }
    let wanted = WantedObject(WorkerKinds.configMap, object, purpose: "")
    return AppliedRecord.read(try #require(AppliedRecord.stamped([wanted]).first).object)
  }

  @Test("has no value of a Secret, of long texts a hash, and no number of workers")
  func contents() throws {
    #expect(
      try record("Secret", ["data": ["token": "Y2FuYXJ5"], "stringData": ["b": "canary"], "type": "Opaque"])
        == [
          "metadata": ["labels": ["x": "y"]], "type": "Opaque", "data": ["token": "<redacted>"],
          "stringData": ["b": "<redacted>"],
        ])
    let long = String(repeating: "a", count: 201)
    let map = try record("ConfigMap", ["data": ["long": .string(long), "short": "b"]])
    #expect(map?["data", "short"] == "b")
    #expect(map?["data", "long"]?.string?.count == 71)
    #expect(map?["data", "long"]?.string == AppliedRecord.short(long))
    #expect(try record("Deployment", ["spec": ["replicas": 3, "paused": false]])?["spec"] == ["paused": false])
  }

  @Test("is left out when it would be too large, and not read when it is none")
  func limits() throws {
    let many = Dictionary(
      uniqueKeysWithValues: (0..<500).map { ("k\($0)", JSONValue.string(String(repeating: "a", count: 199))) })
    #expect(try record("ConfigMap", ["data": .object(many)]) == nil)
    for text in ["", "x", "[]", "7", "{", String(repeating: "[", count: 10_000)] {
      let object = DynamicObject(["metadata": ["annotations": .object([WorkerNames.applied: .string(text)])]])
      #expect(AppliedRecord.read(object) == nil)
    }
  }

  @Test("against which anything can be held, whatever others have written")
  func fuzz() throws {
    var random = Dice(seed: 20_261_128)
    let values: [JSONValue] = [
      .null, "", "text", 7, [], [:], ["a": "b"], [["name": "client"]],
      [["name": "client", "image": "i"], ["name": "o"]], ["x", "y"],
    ]
    func any() -> JSONValue { values.randomElement(using: &random) ?? .null }
    for _ in 0..<2000 {
      let record: JSONValue = ["spec": ["containers": any(), "tolerations": any(), "f": any()], "data": any()]
      let object = DynamicObject([
        "kind": ["Deployment", "Secret", "Service"].randomElement(using: &random) ?? "",
        "metadata": [
          "annotations": .object([WorkerNames.applied: .string(JSONWriter.text(record))]),
          "managedFields": [
            [
              "manager": "muster", "operation": "Apply",
              "fieldsV1": ["f:spec": ["f:containers": any()], "f:data": any()],
            ],
            ["manager": "else", "operation": any(), "time": any(), "fieldsV1": ["f:spec": any()]],
          ],
        ],
        "spec": ["containers": any(), "tolerations": any(), "f": any()], "data": any(),
      ])
      for drift in try #require(DriftFinder.drifts(object, title: "deployment/d")) {
        #expect(!drift.sentence.isEmpty && drift.deployed != drift.found || object.kind == "Secret")
      }
    }
  }
}
