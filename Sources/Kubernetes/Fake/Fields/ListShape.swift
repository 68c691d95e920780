/// How the elements of a list are told apart when two writers meet in it.
enum ListShape: Equatable {
  /// The list is one value.
  case atomic
  /// Each element is its own key.
  case set
  /// Elements with the same values of these fields are the same.
  case keyed([String])

  /// - Parameters:
  ///   - name: of the field that holds the list.
  ///   - example: an element of it.
  ///   - shelf: of the kind, since `ports` and `addresses` are not the same everywhere.
  init(_ name: String, _ example: JSONValue?, shelf: String) {
    switch name {
    case "containers", "initContainers", "ephemeralContainers", "volumes", "env", "imagePullSecrets":
      self = .keyed(["name"])
    case "volumeMounts": self = .keyed(["mountPath"])
    case "volumeDevices": self = .keyed(["devicePath"])
    case "ports" where example?.object?["containerPort"] != nil: self = .keyed(["containerPort", "protocol"])
    case "ports" where shelf == "services": self = .keyed(["port", "protocol"])
    case "secrets" where shelf == "serviceaccounts": self = .keyed(["name"])
    case "addresses" where shelf == "nodes": self = .keyed(["type"])
    case "conditions": self = .keyed(["type"])
    case "hostAliases", "podIPs": self = .keyed(["ip"])
    case "topologySpreadConstraints": self = .keyed(["topologyKey", "whenUnsatisfiable"])
    case "ownerReferences": self = .keyed(["uid"])
    case "finalizers": self = .set
    default: self = .atomic
    }
  }

  /// How field sets name an element, as `k:{"name":"a"}`; nil in an atomic list, and when a key is missing.
  func step(to element: JSONValue) -> String? {
    switch self {
    case .atomic: return nil
    case .set: return "v:" + String(decoding: JSONWriter.bytes(element), as: UTF8.self)
    case .keyed(let keys):
      guard let fields = element.object else { return nil }
      var found: [String: JSONValue] = [:]
      for key in keys {
        guard let value = fields[key] ?? (key == "protocol" ? .string("TCP") : nil) else { return nil }
        found[key] = value
      }
      return "k:" + String(decoding: JSONWriter.bytes(.object(found)), as: UTF8.self)
    }
  }
}
