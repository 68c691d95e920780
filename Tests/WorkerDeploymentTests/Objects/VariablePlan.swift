import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

/// What the variables of the original scripts come to on an empty cluster: here, and with the original's templates.
struct VariablePlan: Sendable, CustomTestStringConvertible {
  /// What differs from ``standard``; an empty text says nothing.
  var environment: [String: String]
  var testDescription: String {
    environment.isEmpty
      ? "nothing but what must be said"
      : environment.sorted { $0.key < $1.key }.map { name, value in
        ["IMAGE_AUTH_PASSWORD", "MUSTER_JOIN_TOKEN"].contains(name) ? "\(name)=…" : "\(name)=\(value)"
      }.joined(separator: " ")
  }

  init(_ environment: [String: String]) { self.environment = environment }

  static let standard = [
    "IMAGE_HOST": "registry.example", "IMAGE_REPO": "prover-cluster", "COORDINATOR_EP": "10.0.0.7", "STAGE": "3f2c1ab",
  ]
  static let login = ["IMAGE_AUTH_USER": "ada", "IMAGE_AUTH_PASSWORD": TestValues.password]

  static let all = [
    VariablePlan([:]),
    VariablePlan(["IMAGE_REPO": "team/workers"]),
    VariablePlan(["IMAGE_REPO": "fluidex.example/prover-cluster", "IMAGE_HOST": ""]),
    VariablePlan(["IMAGE_HOST": "inside.example"]),
    VariablePlan(["IMAGE_HOST_ALIAS": "outside.example"]),
    VariablePlan(login),
    VariablePlan(login.merging(["IMAGE_HOST_ALIAS": "outside.example"]) { $1 }),
    VariablePlan(["COORDINATOR_EP": "10.0.0.8"]),
    VariablePlan(["COORDINATOR_EP": "fd00::7"]),
    VariablePlan(["COORDINATOR_EP": "coordinator.example"]),
    VariablePlan(["COORDINATOR_PORT": "9000"]),
    VariablePlan(["CLUSTER_NS": "provers"]),
    VariablePlan(["STAGE": "next"]),
    VariablePlan(["CLIENT_REPLICAS": "50"]),
    VariablePlan(["CLUSTER_DEPLOYNAME": "mine"]),
    VariablePlan(["CIRCUIT": "square"]),
    VariablePlan(["COORDINATOR_SERV": "http://c.example:99"]),
    VariablePlan(["MUSTER_JOIN_TOKEN": TestValues.token]),
  ]

  private var whole: [String: String] { Self.standard.merging(environment) { $1 }.filter { !$1.isEmpty } }

  func values() throws -> WorkerValues {
    try WorkerValues.resolve(WorkerValuesInput(environment: whole, file: nil, flags: [:])).values
  }

  func objects() throws -> [DynamicObject] { try TestValues.objects(try values()).map(Self.readable) }

  /// On a server of 1.20 without the namespace.
  func plan() throws -> DeploymentPlan {
    let values = try values()
    var observed = ObservedCluster()
    observed.abilities = TestValues.old
    observed.name = values.namespace
    observed.isNamespaceThere = false
    observed.isImageDelivered = false
    return try DeploymentPlanner.plan(values, try WorkerObjects(values, TestValues.old).all(), observed)
  }

  /// A line for each field that the plan would set, as people read it, and its remarks.
  func lines() throws -> [String: String] {
    var lines: [String: String] = [:]
    let plan = try plan()
    lines["order"] = plan.actions.map(\.subject).joined(separator: ", ")
    for action in plan.actions {
      lines["action \(action.subject)", default: ""] += "\(action.why). "
      for change in action.changes {
        lines["\(action.subject) \(change.path)"] = change.to.map { JSONWriter.text($0) } ?? "-"
      }
    }
    for remark in plan.remarks {
      lines["remark"] = [lines["remark"], remark].compactMap(\.self).joined(separator: "; ")
    }
    return lines
  }

  /// The original's objects, its templates filled in by the facts that are written down of it.
  func original() throws -> [DynamicObject] {
    let said = whole
    let host = said["IMAGE_HOST"].map { "\($0)/" } ?? ""
    let stage = said["STAGE"] ?? ""
    var objects = try Manifests.read(Recorded.text("original.yaml"))
    for index in objects.indices {
      if let name = said["CLUSTER_NS"] { objects[index]["metadata", "namespace"] = .string(name) }
      switch objects[index].kind {
      case "ConfigMap":
        let circuit = said["CIRCUIT"] ?? "block"
        objects[index]["data", "client"] = .string("upstream: http://cluster-coordinator\ncircuit: \(circuit)\n")
      case "Endpoints":
        objects[index]["subsets", 0, "addresses", 0, "ip"] = said["COORDINATOR_EP"].map { .string($0) }
        if let port = said["COORDINATOR_PORT"].flatMap({ Int64($0) }) {
          objects[index]["subsets", 0, "ports", 0, "port"] = .integer(port)
        }
      case "Deployment":
        objects[index]["metadata", "labels", "stage"] = .string(stage)
        if let count = said["CLIENT_REPLICAS"].flatMap({ Int64($0) }) {
          objects[index]["spec", "replicas"] = .integer(count)
        }
        let app = JSONValue.string(said["CLUSTER_DEPLOYNAME"] ?? "cli-\(stage)")
        objects[index]["spec", "selector", "matchLabels", "app"] = app
        objects[index]["spec", "template", "metadata", "labels", "app"] = app
        let from = said["IMAGE_HOST_ALIAS"].map { "\($0)/" } ?? host
        let pod = "\(from)\(said["IMAGE_REPO"] ?? ""):client-\(stage)"
        objects[index]["spec", "template", "spec", "containers", 0, "image"] = .string(pod)
        let upstream = said["COORDINATOR_SERV"] ?? "http://cluster-coordinator"
        objects[index]["spec", "template", "spec", "containers", 0, "env", 0, "value"] = .string(upstream)
        let circuit = said["CIRCUIT"] ?? "block"
        objects[index]["spec", "template", "spec", "containers", 0, "env", 3, "value"] = .string(circuit)
        if said["IMAGE_AUTH_USER"] != nil {
          objects[index]["spec", "template", "spec", "imagePullSecrets"] = [["name": "img-cred"]]
        }
      default: break
      }
    }
    guard let user = said["IMAGE_AUTH_USER"], let registry = said["IMAGE_HOST"] else { return objects }
    // Its key is IMAGE_HOST, whatever host nodes pull from.
    let base = DynamicObject(SecretObject.resource, name: "img-cred", namespace: said["CLUSTER_NS"] ?? "default")
    let login = RegistryLogin(user: user, password: Secret(said["IMAGE_AUTH_PASSWORD"] ?? ""))
    objects.append(Self.readable(try PullSecretObject.object(login, host: registry, base)))
    return objects
  }

  /// Of a Secret, for which hosts it is, and nothing that is to be kept.
  private static func readable(_ object: DynamicObject) -> DynamicObject {
    guard object.kind == "Secret" else { return object }
    var shown = object
    let hosts = (try? object.decoded(as: SecretObject.self)).map { PullSecret($0) }
    shown["data"] = ["": .string(hosts.map { "\($0)" } ?? "")]
    return shown
  }
}
