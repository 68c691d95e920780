/// What stands in one kubeconfig file.
struct KubeconfigFile {
  let path: String
  private(set) var currentContext: String?
  private(set) var clusters: [String: KubeconfigEntry] = [:]
  private(set) var users: [String: KubeconfigEntry] = [:]
  private(set) var contexts: [String: KubeconfigEntry] = [:]

  /// - Throws: ``KubernetesError`` (`badConfiguration`), with file and field or line.
  init(_ bytes: [UInt8], path: String) throws(KubernetesError) {
    self.path = path
    guard let root = try Self.root(bytes, path) else { return }
    if let kind = root["kind"]?.string, !kind.isEmpty, kind != "Config" {
      throw Self.error(path, "kind", "it is '\(kind.prefix(64))' and should be 'Config'")
    }
    if let version = root["apiVersion"]?.string, !version.isEmpty, version != "v1" {
      throw Self.error(path, "apiVersion", "it is '\(version.prefix(64))' and should be 'v1'")
    }
    switch root["current-context"] {
    case nil, .null?: break
    case .string(let name)?: currentContext = name.isEmpty ? nil : name
    default: throw Self.error(path, "current-context", "it is not a string; put it in quotes")
    }
    clusters = try Self.entries(root, "clusters", "cluster", path)
    users = try Self.entries(root, "users", "user", path)
    contexts = try Self.entries(root, "contexts", "context", path)
  }

  /// Nil for an empty file, which kubectl takes for one that says nothing.
  private static func root(_ bytes: [UInt8], _ path: String) throws(KubernetesError) -> [String: JSONValue]? {
    var reader = YAMLReader(bytes, largest: 4 * Kubeconfig.largest)
    do throws(YAMLFault) {
      guard let document = try reader.next() else { return nil }
      switch document.value {
      case .null: return nil
      case .object(let root): return root
      default: throw YAMLFault(reason: "it is no mapping of fields to values", line: document.line)
      }
    } catch {
      throw KubernetesError(
        .badConfiguration, "kubeconfig '\(path)', line \(error.line): \(error.reason)",
        details: ["file": path, "line": "\(error.line)"])
    }
  }

  private static func entries(_ root: [String: JSONValue], _ list: String, _ inner: String, _ path: String)
    throws(KubernetesError) -> [String: KubeconfigEntry]
  {
    var entries: [String: KubeconfigEntry] = [:]
    switch root[list] {
    case nil, .null?: return [:]
    case .array(let elements)?:
      for (index, element) in elements.enumerated() {
        guard let name = element["name"]?.string, !name.isEmpty else {
          throw error(path, "\(list)[\(index)].name", "it is missing, or not a string")
        }
        let fields: [String: JSONValue]
        switch element[.name(inner)] {
        case nil, .null?: fields = [:]
        case .object(let object)?: fields = object
        default: throw error(path, "\(list)[\(name)].\(inner)", "it is no mapping of fields to values")
        }
        let entry = KubeconfigEntry(list: list, name: name, fields: fields, file: path)
        guard entries.updateValue(entry, forKey: name) == nil else {
          throw error(path, "\(list)[\(name)].name", "two of them have this name")
        }
      }
      return entries
    default: throw error(path, list, "it is not a list")
    }
  }

  private static func error(_ path: String, _ field: String, _ reason: String) -> KubernetesError {
    KubernetesError(
      .badConfiguration, "kubeconfig '\(path)', field '\(field)': \(reason)", details: ["file": path, "field": field])
  }
}
