import Kubernetes
import Testing

@testable import WorkerDeployment

/// What is kept of a deployment that is there.
@Suite struct AdoptionTests {
  private func live(selector: JSONValue, container: String = "client", replicas: Int64 = 7) -> DynamicObject {
    var object = DynamicObject(Deployment.resource, name: "prover-cli-t", namespace: "default")
    object["spec"] = [
      "replicas": .integer(replicas), "selector": selector,
      "template": ["spec": ["containers": [["name": .string(container), "image": "x"]]]],
    ]
    return object
  }

  private func deployment(_ live: DynamicObject?, _ values: WorkerValues = TestValues.least) throws -> DynamicObject {
    try #require(TestValues.objects(values, adopted: live).last)
  }

  @Test("A selector by app is kept, with the label, if nobody asks for another name")
  func app() throws {
    let selector: JSONValue = ["matchLabels": ["app": "cli-old", "role": "cluster-prover"]]
    let object = try deployment(live(selector: selector))
    #expect(object["spec", "selector"] == selector)
    #expect(object["spec", "template", "metadata", "labels", "app"]?.string == "cli-old")
  }

  @Test("A name that was asked for beats the old selector, which then cannot be kept")
  func named() throws {
    var values = TestValues.least
    values.isDeployNameGiven = true
    values.deployName = "mine"
    let object = try deployment(live(selector: ["matchLabels": ["app": "cli-old"]]), values)
    #expect(object["spec", "selector"] == ["matchLabels": ["role": "cluster-prover"]])
    #expect(object["spec", "template", "metadata", "labels", "app"]?.string == "mine")
  }

  @Test("A selector by stage is kept only while the stage is the same")
  func stage() throws {
    let selector: JSONValue = ["matchLabels": ["stage": "3f2c1ab"]]
    #expect(try deployment(live(selector: selector))["spec", "selector"] == selector)
    var values = TestValues.least
    values.stage = "next"
    #expect(
      try deployment(live(selector: selector), values)["spec", "selector"] == [
        "matchLabels": ["role": "cluster-prover"]
      ])
  }

  @Test("Labels that only the live selector knows go onto the pods")
  func others() throws {
    let selector: JSONValue = [
      "matchLabels": ["tier": "back"],
      "matchExpressions": [["key": "role", "operator": "In", "values": ["cluster-prover"]]],
    ]
    let object = try deployment(live(selector: selector))
    #expect(object["spec", "selector"] == selector)
    #expect(object["spec", "template", "metadata", "labels", "tier"]?.string == "back")
  }

  @Test(
    "Selectors that choose everything, contradict ours or cannot be read are not kept",
    arguments: [
      [:], ["matchLabels": ["role": "other"]], ["matchExpressions": [["key": "a", "operator": "Near"]]], "text",
      ["matchExpressions": [["key": "app", "operator": "DoesNotExist"]]],
    ] as [JSONValue])
  func bad(selector: JSONValue) throws {
    #expect(
      try deployment(live(selector: selector))["spec", "selector"] == ["matchLabels": ["role": "cluster-prover"]])
  }

  @Test("The container keeps its name and the deployment its size; a wanted size beats it")
  func kept() throws {
    let old = live(selector: ["matchLabels": ["role": "cluster-prover"]], container: "prover", replicas: 0)
    let object = try deployment(old)
    #expect(object["spec", "template", "spec", "containers", 0, "name"]?.string == "prover")
    #expect(object["spec", "replicas"]?.integer == 0)
    var values = TestValues.least
    values.replicas = 3
    #expect(try deployment(old, values)["spec", "replicas"]?.integer == 3)
    #expect(try deployment(nil)["spec", "replicas"]?.integer == 2)
  }

  @Test("Of several containers the one called client is ours")
  func containers() throws {
    var old = live(selector: ["matchLabels": ["role": "cluster-prover"]], container: "sidecar")
    old["spec", "template", "spec", "containers", 1] = ["name": "client"]
    let object = try deployment(old)
    #expect(object["spec", "template", "spec", "containers", 0, "name"]?.string == "client")
  }
}
