import MusterCore

/// A kubeconfig file that is changed: everything that stands in it is kept, known or not, but for remarks.
public struct KubeconfigDocument: Sendable, CustomStringConvertible, CustomReflectable {
  private(set) var root: [String: JSONValue]
  private let path: String

  /// Without the content: keys and tokens are in it.
  public var description: String { "kubeconfig '\(path)'" }
  public var customMirror: Mirror { Mirror(self, children: ["path": path]) }

  /// One without any entries.
  public init() {
    path = "kubeconfig"
    root = [:]
  }

  /// Reads a file; one that is not there is one without any entries.
  ///
  /// - Throws: as ``init(_:path:)``, and if it cannot be read or has over 4 MiB.
  public init(file path: String) throws(KubernetesError) {
    let bytes =
      try !BoundedFile.exists(path)
      ? []
      : BoundedFile.read(path, largest: Kubeconfig.largest) { reason in
        KubernetesError(.badConfiguration, "kubeconfig '\(path)' cannot be read: \(reason)", details: ["file": path])
      }
    try self.init(bytes, path: path)
  }

  /// - Parameter path: what it is called in errors.
  /// - Throws: ``KubernetesError`` (`badConfiguration`) for what kubectl would not read either, and for what would be lost.
  public init(_ bytes: [UInt8], path: String) throws(KubernetesError) {
    self.path = path
    _ = try KubeconfigFile(bytes, path: path)
    var reader = YAMLReader(bytes, largest: 4 * Kubeconfig.largest)
    do throws(YAMLFault) {
      root = try reader.next()?.value.object ?? [:]
      if let second = try reader.next() {
        throw YAMLFault(reason: "a second document begins, which nobody reads; take it away", line: second.line)
      }
    } catch {
      throw KubernetesError(
        .badConfiguration, "kubeconfig '\(path)', line \(error.line): \(error.reason)",
        details: ["file": path, "line": "\(error.line)"])
    }
  }

  /// Nil or empty: none.
  public var currentContext: String? { root["current-context"]?.string.flatMap { $0.isEmpty ? nil : $0 } }

  /// Makes a context the current one.
  public mutating func use(_ context: String) { root["current-context"] = .string(context) }

  /// Puts a cluster, a user and a context of one name.
  ///
  /// Those of this name that are there are renewed if they are of the same cluster, which its authorities tell (its server, where
  /// there are none); a namespace that the context has stays.
  ///
  /// - Parameter replaces: whether those of another cluster go, too.
  /// - Throws: ``KubernetesError`` (`badConfiguration`) if the name is that of another cluster, user or context.
  public mutating func put(_ access: ClusterAccess, name: String, replaces: Bool = false) throws(KubernetesError) {
    let cluster = body("clusters", "cluster", name)
    let isSame = cluster.map { Self.isSame($0, access) } ?? false
    if !replaces {
      if cluster != nil, !isSame { throw taken("cluster", name) }
      let user = body("users", "user", name)
      if let user, !user.isEmpty, !isSame { throw taken("user", name) }
      if let context = body("contexts", "context", name), !context.isEmpty {
        let its = (context["cluster"]?.string, context["user"]?.string ?? name)
        guard isSame, its == (name, name) else { throw taken("context", name) }
      }
    }
    var context = (replaces && !isSame ? nil : body("contexts", "context", name)) ?? [:]
    context["cluster"] = .string(name)
    context["user"] = access.hasUser ? .string(name) : nil
    set("clusters", "cluster", name, Self.cluster(access))
    set("users", "user", name, access.hasUser ? access.user.reveal().mapValues { .string($0) } : nil)
    set("contexts", "context", name, context)
    root["apiVersion"] = "v1"
    root["kind"] = "Config"
    if root["preferences"] == nil { root["preferences"] = .object([:]) }
  }

  /// The whole file.
  ///
  /// - Throws: ``KubernetesError`` (`badManifest`) for what no YAML can say.
  public func yaml() throws(KubernetesError) -> Secret<String> { Secret(try Manifests.yaml(.object(root))) }

  /// The whole file, as kubectl reads it, too.
  public func json() -> Secret<String> { Secret(JSONWriter.text(.object(root), isIndented: true) + "\n") }

  private static func cluster(_ access: ClusterAccess) -> [String: JSONValue] {
    var fields: [String: JSONValue] = ["server": .string("\(access.server)")]
    if let authorities = access.authorities { fields["certificate-authority-data"] = .string(authorities) }
    if let name = access.serverName { fields["tls-server-name"] = .string(name) }
    return fields
  }

  private static func isSame(_ cluster: [String: JSONValue], _ access: ClusterAccess) -> Bool {
    let authorities = cluster["certificate-authority-data"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    guard authorities != nil || access.authorities != nil else {
      return cluster["server"]?.string == "\(access.server)"
    }
    return authorities == access.authorities
  }

  private func taken(_ kind: String, _ name: String) -> KubernetesError {
    KubernetesError(
      .badConfiguration,
      "kubeconfig '\(path)' has a \(kind) '\(name)' already, which is of another cluster; choose another name, or let it be replaced",
      details: ["file": path, kind: name])
  }

  /// What stands under a name; nil if there is no such entry.
  private func body(_ list: String, _ inner: String, _ name: String) -> [String: JSONValue]? {
    let entry = (root[list]?.array ?? []).first { $0["name"]?.string == name }
    return entry.map { $0[.name(inner)]?.object ?? [:] }
  }

  /// Replaces an entry where it stands, or appends it. Nil takes it away.
  private mutating func set(_ list: String, _ inner: String, _ name: String, _ body: [String: JSONValue]?) {
    var entries = root[list]?.array ?? []
    let place = entries.firstIndex { $0["name"]?.string == name }
    if let body {
      let entry = JSONValue.object(["name": .string(name), inner: .object(body)])
      if let place { entries[place] = entry } else { entries.append(entry) }
    } else if let place {
      entries.remove(at: place)
    }
    root[list] = .array(entries)
  }
}
