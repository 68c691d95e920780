import Kubernetes
import Testing

@testable import WorkerDeployment

@Suite struct FieldDiffTests {
  private func changes(_ from: JSONValue?, _ to: JSONValue?, kind: String = "Deployment") -> [FieldChange] {
    func object(_ value: JSONValue?) -> DynamicObject? { value?.object.map { DynamicObject($0) } }
    return FieldDiff.changes(kind: kind, from: object(from), to: object(to))
  }

  @Test("elements go by their keys where Kubernetes merges by them, and by their places elsewhere")
  func paths() {
    let from: JSONValue = [
      "spec": [
        "containers": [
          [
            "name": "a", "image": "1",
            "ports": [["containerPort": 80, "protocol": "TCP"], ["containerPort": 53, "protocol": "UDP"]],
            "volumeMounts": [["mountPath": "/x", "name": "x"]], "args": ["p"],
          ],
          ["name": "b"],
        ],
        "tolerations": [["key": "k", "value": "1"]],
      ]
    ]
    let to: JSONValue = [
      "spec": [
        "containers": [
          ["name": "c"],
          [
            "name": "a", "image": "2",
            "ports": [
              ["containerPort": 80, "name": "http"], ["containerPort": 53, "protocol": "UDP", "name": "dns"],
            ],
            "volumeMounts": [["mountPath": "/x", "name": "y"]], "args": ["p", "q"],
          ],
        ],
        "tolerations": [["key": "k", "value": "2"], ["key": "l"]],
      ]
    ]
    #expect(
      changes(from, to).map(\.path) == [
        ".spec.containers[name=a].args", ".spec.containers[name=a].image",
        ".spec.containers[name=a].ports[containerPort=80].name",
        ".spec.containers[name=a].ports[containerPort=80].protocol",
        ".spec.containers[name=a].ports[containerPort=53,protocol=UDP].name",
        ".spec.containers[name=a].volumeMounts[mountPath=/x].name", ".spec.containers[name=b].name",
        ".spec.containers[name=c].name", ".spec.tolerations[0].value", ".spec.tolerations[1].key",
      ])
  }

  @Test("what the server keeps for itself does not show")
  func noise() {
    let metadata: JSONValue = [
      "resourceVersion": "1", "uid": "u", "generation": 1, "creationTimestamp": "t",
      "managedFields": [["manager": "x"]],
      "annotations": [
        "deployment.kubernetes.io/revision": "1", "kubectl.kubernetes.io/last-applied-configuration": "{}",
      ],
    ]
    #expect(
      changes(["metadata": metadata, "status": ["a": 1]], ["metadata": ["name": "n"], "status": ["a": 2]]).isEmpty)
    #expect(changes(["metadata": metadata], nil).isEmpty)
  }

  @Test("keys with dots and slashes are quoted")
  func keys() {
    #expect(
      changes(["metadata": ["labels": ["a.b/c": "1"]]], ["metadata": ["labels": ["a.b/c": "2"]]])
        == [FieldChange(".metadata.labels['a.b/c']", from: "1", to: "2")])
  }

  @Test("a Secret's values show as changed and not as they are")
  func secrets() {
    let from: JSONValue = ["data": ["a": "canary", "b": "same"], "type": "Opaque"]
    let to: JSONValue = ["data": ["a": "canary2", "b": "same", "c": "canary3"], "type": "Opaque"]
    #expect(
      changes(from, to, kind: "Secret") == [
        FieldChange(".data.a", from: "<redacted>", to: "<redacted>"),
        FieldChange(".data.c", from: nil, to: "<redacted>"),
      ])
  }

  @Test("elements without their key, or with the same twice, are compared by their places")
  func oddLists() {
    let twice: JSONValue = ["spec": ["env": [["name": "a", "value": "1"], ["name": "a", "value": "2"]]]]
    let once: JSONValue = ["spec": ["env": [["name": "a", "value": "1"]]]]
    #expect(changes(twice, once).map(\.path) == [".spec.env[1].name", ".spec.env[1].value"])
    let mixed: JSONValue = ["spec": ["env": ["x", ["name": "a"]]]]
    #expect(changes(once, mixed).map(\.path) == [".spec.env"])
  }

  @Test("whatever two objects are, to compare them ends, and equal ones do not differ")
  func fuzz() {
    var generator = SystemRandomNumberGenerator()
    let names = ["name", "env", "containers", "ports", "containerPort", "data", "metadata", "a.b", "spec"]
    func value(_ depth: Int) -> JSONValue {
      switch Int.random(in: depth > 4 ? 3..<6 : 0..<6, using: &generator) {
      case 0, 1:
        return .object(
          Dictionary((0..<3).map { _ in (names.randomElement(using: &generator) ?? "", value(depth + 1)) }) { a, _ in a
          })
      case 2: return .array((0..<Int.random(in: 0..<4)).map { _ in value(depth + 1) })
      case 3: return .null
      case 4: return .integer(Int64.random(in: 0..<3))
      default: return .string(names.randomElement(using: &generator) ?? "")
      }
    }
    for _ in 0..<2000 {
      let (a, b) = (DynamicObject(value(0).object ?? [:]), DynamicObject(value(0).object ?? [:]))
      #expect(FieldDiff.changes(kind: "Deployment", from: a, to: a).isEmpty)
      _ = FieldDiff.changes(kind: "Deployment", from: a, to: b)
      // Accounts of fields come from outside, too.
      _ = FieldSet(value(0)).value
      var odd = a
      odd["metadata", "managedFields"] = value(0)
      _ = Adoption(current: odd).predicted(b)
      _ = Adoption(current: odd).handOver(apiVersion: "apps/v1")
      _ = ObjectOwner(odd)
    }
  }
}
