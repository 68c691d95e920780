import Foundation
import Kubernetes

/// The manifests in `deploy/`, as a user gets them.
enum DeployedManifests {
  private static var folder: URL {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    return root.appending(path: "deploy")
  }

  /// Paths below `deploy/`, in order; without those that are no manifests.
  static func files() -> [String] {
    let all = FileManager.default.enumerator(atPath: folder.path(percentEncoded: false))
    return (all?.compactMap { $0 as? String } ?? []).filter {
      $0.hasSuffix(".yaml") && !$0.hasSuffix("recipe.yaml")
    }.sorted()
  }

  /// Its objects, in another namespace than it names.
  static func read(_ file: String, namespace: String) throws -> [DynamicObject] {
    try Manifests.read(file: folder.appending(path: file).path(percentEncoded: false)).map { object in
      var object = object
      if object["metadata", "namespace"] != nil { object["metadata", "namespace"] = .string(namespace) }
      for (index, subject) in (object["subjects"]?.array ?? []).enumerated() where subject["namespace"] != nil {
        object["subjects", .index(index), "namespace"] = .string(namespace)
      }
      return object
    }
  }

  static func isAboutRights(_ object: DynamicObject) -> Bool {
    (object.content["apiVersion"]?.string ?? "").hasPrefix("rbac.authorization.k8s.io/")
  }
}
