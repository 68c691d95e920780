import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

/// What each value changes of the objects, and nothing else; variables: ``RecordedPlansTests``.
@Suite struct EffectTests {
  typealias Change = @Sendable (inout WorkerValues) throws -> Void

  static let changes: [(String, Change)] = [
    ("wire: original", { $0.wire = .original }),
    ("digest", { $0.digest = "sha256:" + String(repeating: "0", count: 64) }),
    ("workers' file with two kinds, and CIRCUIT none of them", { $0.workerFile = "kinds: [{name: a}, {name: b}]" }),
    ("workers' file with the circuit in other letters", { $0.workerFile = "kinds: {Block: {}, other: {}}" }),
    ("affinity: preferred", { $0.affinity = .preferred }),
    ("placement: spread", { $0.placement = .spread }),
    ("node label", { $0.nodeLabel = NodeLabel(key: "example.org/gpu", value: "yes") }),
    ("taint", { $0.taint = NodeLabel(key: "only", value: "provers") }),
    ("requests", { $0.requests = try TestValues.quantities(["cpu": "2", "nvidia.com/gpu": "1"]) }),
    ("limits", { $0.limits = try TestValues.quantities(["cpu": "500m", "memory": "1Gi"]) }),
    ("priority class", { $0.priorityClass = "high" }),
    ("runtime class", { $0.runtimeClass = "nvidia" }),
    ("grace: 10s", { $0.grace = .seconds(10) }),
    ("scratch: 5Gi", { $0.scratch = try Quantity("5Gi") }),
    ("environment", { $0.environment = ["RUST_LOG": "debug", "MUSTER_NAME": "fixed"] }),
    ("labels", { $0.labels = ["team": "zk"] }),
    ("annotations", { $0.annotations = ["example.org/a": "b"] }),
    ("a pull secret that is there", { $0.pullSecret = "shared" }),
    ("an image of one's own", { $0.image.isOwn = true }),
    ("the image's processor", { $0.architecture = "arm64" }),
    (
      "the image's processor, and a node's label that is preferred",
      {
        $0.architecture = "arm64"
        $0.affinity = .preferred
      }
    ),
    ("a delivered image", { $0.delivered = "registry.example/a:1@sha256:" + String(repeating: "0", count: 64) }),
  ]

  @Test("Each value changes what it is for")
  func effects() throws {
    let before = ObjectFields.all(try TestValues.objects(TestValues.least))
    var text = ""
    for (name, change) in Self.changes {
      var values = TestValues.least
      try change(&values)
      text += "\(name)\n"
      for line in ObjectFields.changes(from: before, to: ObjectFields.all(try TestValues.objects(values))) {
        text += "  \(line)\n"
      }
    }
    try Recorded.expect(text, in: "effects.txt")
  }

  @Test("IMAGE_AUTH_USER, IMAGE_AUTH_PASSWORD and a join token each add their Secret and what refers to it")
  func secrets() throws {
    let before = ObjectFields.all(try TestValues.objects(TestValues.least))
    var values = TestValues.least
    values.login = TestValues.login()
    values.joinToken = Secret(TestValues.token)
    let after = ObjectFields.all(try TestValues.objects(values))
    let changes = ObjectFields.changes(from: before, to: after).filter { !$0.contains(".data") }
    try Recorded.expect(changes.joined(separator: "\n") + "\n", in: "secrets.txt")
  }
}
