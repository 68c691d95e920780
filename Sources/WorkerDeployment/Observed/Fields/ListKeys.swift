import Kubernetes

/// By which fields Kubernetes tells the elements of a list apart. What stands in no such list is told apart by its place.
///
/// Source: the `x-kubernetes-list-map-keys` of `apps/v1` Deployment and `v1` Service.
enum ListKeys {
  /// - Parameters:
  ///   - name: of the field that holds the list.
  ///   - kind: of the object: the ports of Endpoints and of slices have no key.
  static func keys(of name: String, in kind: String) -> [String]? {
    switch name {
    case "containers", "initContainers", "ephemeralContainers", "volumes", "env", "imagePullSecrets": ["name"]
    case "volumeMounts": ["mountPath"]
    case "ports" where kind == "Service": ["port", "protocol"]
    case "ports" where kind == "Deployment": ["containerPort", "protocol"]
    case "topologySpreadConstraints": ["topologyKey", "whenUnsatisfiable"]
    case "hostAliases": ["ip"]
    case "ownerReferences": ["uid"]
    default: nil
    }
  }

  /// A protocol that is not named is TCP.
  static func value(of key: String, in element: JSONValue) -> JSONValue? {
    element[.name(key)] ?? (key == "protocol" ? .string("TCP") : nil)
  }

  /// Nil when a key is missing: then the list is compared by places.
  static func identity(of element: JSONValue, _ keys: [String]) -> [JSONValue]? {
    let values = keys.compactMap { value(of: $0, in: element) }
    return values.count == keys.count ? values : nil
  }
}
