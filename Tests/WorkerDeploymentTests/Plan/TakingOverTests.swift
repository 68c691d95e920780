import Kubernetes
import Testing

@testable import WorkerDeployment

@Suite("Taking over") struct TakingOverTests {
  private var current: DynamicObject {
    DynamicObject([
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": [
        "name": "cluster-conf", "labels": ["theirs": "1", "controllers": "1"],
        "managedFields": [
          [
            "manager": "kubectl-client-side-apply", "operation": "Update", "apiVersion": "v1",
            "fieldsV1": [
              "f:data": [".": [:], "f:client": [:], "f:old": [:], "f:shared": [:]],
              "f:metadata": ["f:labels": [".": [:], "f:theirs": [:]]],
            ],
          ],
          [
            "manager": "controller", "operation": "Update", "apiVersion": "v1",
            "fieldsV1": ["f:data": ["f:shared": [:]], "f:metadata": ["f:labels": ["f:controllers": [:]]]],
          ],
        ],
      ],
      "data": ["client": "old", "old": "x", "shared": "y", "nobodys": "z"],
    ])
  }

  @Test("what only kubectl owns goes; what others own, or nobody, stays")
  func prediction() {
    let wanted = DynamicObject(["kind": "ConfigMap", "metadata": ["labels": ["mine": "1"]], "data": ["client": "new"]])
    let predicted = Adoption(current: current).predicted(wanted)
    #expect(predicted["data"] == ["client": "new", "shared": "y", "nobodys": "z"])
    #expect(predicted["metadata", "labels"] == ["mine": "1", "controllers": "1"])
  }

  @Test("the account of kubectl's fields is handed over, and that of others stays")
  func handOver() throws {
    let entries = try #require(Adoption(current: current).handOver(apiVersion: "v1")?.array)
    #expect(entries.map { $0["manager"] } == ["muster", "controller"])
    #expect(entries.map { $0["operation"] } == ["Apply", "Update"])
    #expect(
      entries[0]["fieldsV1", "f:data"] == [".": [:], "f:client": [:], "f:old": [:], "f:shared": [:]])
    var done = current
    done["metadata", "managedFields"] = .array(entries)
    #expect(Adoption(current: done).handOver(apiVersion: "v1") == nil)
  }

  @Test("elements are found by their keys, whatever their places")
  func elements() {
    let list: JSONValue = [["containerPort": 1, "protocol": "UDP"], ["containerPort": 1], ["name": "x"]]
    #expect(FieldSet.place("k:{\"containerPort\":1,\"protocol\":\"TCP\"}", in: list) == .element(1))
    #expect(FieldSet.place("k:{\"name\":\"x\"}", in: list) == .element(2))
    #expect(FieldSet.place("k:{}", in: list) == nil)
    #expect(FieldSet.place("k:nonsense", in: list) == nil)
    #expect(FieldSet.place("i:7", in: list) == nil)
    #expect(FieldSet.place("v:\"b\"", in: ["a", "b"]) == .element(1))
    #expect(FieldSet.place("f:a.b", in: ["a.b": 1]) == .field("a.b"))
  }
}
