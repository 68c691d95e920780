import Foundation
import Kubernetes
import Testing

/// What stands in `deploy/coordinator`.
struct CoordinatorManifests {
  static let folder: String = {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    return root.appending(path: "deploy/coordinator").path
  }()

  /// Those of `kustomization.yaml`, in its order, and those of `outside`.
  static let files =
    ["namespace.yaml", "coordinator.yaml", "disruption.yaml", "network.yaml", "postgres.yaml"]
    + ["outside/node-port.yaml", "outside/load-balancer.yaml"]
  static let namespace = "muster"
  /// Of the API server that the environment names, if it does.
  static let kubeconfig = ProcessInfo.processInfo.environment["KUBERNETES_TEST_KUBECONFIG"]

  let objects: [DynamicObject]

  init(_ files: [String] = CoordinatorManifests.files) throws {
    objects = try files.flatMap { try Manifests.read(file: "\(Self.folder)/\($0)") }
  }

  func all(_ kind: String) -> [DynamicObject] { objects.filter { $0.kind == kind } }

  func object(_ kind: String, _ name: String) throws -> DynamicObject {
    try #require(objects.first { $0.kind == kind && $0.name == name }, "\(kind) \(name)")
  }

  /// The spec of the pods that a StatefulSet makes.
  func pod(_ name: String) throws -> JSONValue {
    try #require(try object("StatefulSet", name)["spec", "template", "spec"])
  }

  static func containers(_ pod: JSONValue) -> [JSONValue] {
    ["initContainers", "containers"].flatMap { pod[.name($0)]?.array ?? [] }
  }

  static func texts(_ list: JSONValue?) -> [String] { list?.array?.compactMap(\.string) ?? [] }

  /// Names and values; those that come from elsewhere get the word `given`.
  static func variables(_ container: JSONValue) -> [String: String] {
    (container["env"]?.array ?? []).reduce(into: [:]) { variables, each in
      guard let name = each["name"]?.string else { return }
      variables[name] = each["value"]?.string.map { filled($0) } ?? "given"
    }
  }

  /// The arguments, as in the first pod.
  static func arguments(_ container: JSONValue) -> [String] { texts(container["args"]).map(filled) }

  static func filled(_ text: String) -> String {
    text.replacingOccurrences(of: "$(POD_NAME)", with: "muster-coordinator-0")
  }

  /// What a container sees at `path`: a volume's source.
  static func source(of path: String, in container: JSONValue, _ pod: JSONValue) -> JSONValue? {
    let mounts = container["volumeMounts"]?.array ?? []
    guard
      let mount = mounts.first(where: {
        path == $0["mountPath"]?.string || path.hasPrefix("\($0["mountPath"]?.string ?? "")/")
      })
    else { return nil }
    return pod["volumes"]?.array?.first { $0["name"] == mount["name"] } ?? mount
  }
}
