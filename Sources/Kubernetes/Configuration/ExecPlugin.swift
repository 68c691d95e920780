import MusterCore

/// A program that is run to get credentials, as `users[].user.exec` of a kubeconfig says.
///
/// Source of the protocol: `client.authentication.k8s.io/v1` and `v1beta1`, which differ in nothing that is used here.
struct ExecPlugin: Sendable, CustomStringConvertible, CustomReflectable {
  /// A path, or a name that is looked up in `PATH`.
  let command: String
  let arguments: [String]
  let environment: [(name: String, value: String)]
  let apiVersion: String
  /// What to tell a person who does not have the program.
  let installHint: String?
  /// The value of `KUBERNETES_EXEC_INFO`.
  let info: String
  /// The user's entry, for errors.
  let entry: KubeconfigEntry

  /// Without arguments and variables, in which people keep secrets.
  var description: String { "the program '\(command)'" }
  var customMirror: Mirror { Mirror(self, children: ["command": command]) }

  init(
    reading value: JSONValue, of user: KubeconfigEntry, _ configuration: ClientConfiguration, _ cluster: KubeconfigEntry
  ) throws(KubernetesError) {
    guard case .object(let fields) = value else { throw user.error("exec", "it is no mapping of fields to values") }
    func text(_ field: String) throws(KubernetesError) -> String? {
      switch fields[field] {
      case nil, .null?: return nil
      case .string(let text)?: return text.isEmpty ? nil : text
      default: throw user.error("exec.\(field)", "it is not a string; put it in quotes")
      }
    }
    guard let command = try text("command") else { throw user.error("exec.command", "it is missing") }
    let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]
    guard let version = try text("apiVersion"), versions.contains(version) else {
      throw user.error("exec.apiVersion", "it should be \(versions.joined(separator: " or "))")
    }
    switch try text("interactiveMode") {
    case nil, "Never", "IfAvailable": break
    case "Always": throw user.error("exec.interactiveMode", "it is 'Always', but nobody sits at this program's input")
    default: throw user.error("exec.interactiveMode", "it should be Never, IfAvailable or Always")
    }
    func list(_ field: String) throws(KubernetesError) -> [JSONValue] {
      switch fields[field] {
      case nil, .null?: return []
      case .array(let elements)?: return elements
      default: throw user.error("exec.\(field)", "it is not a list")
      }
    }
    var arguments: [String] = []
    for argument in try list("args") {
      guard case .string(let text) = argument else {
        throw user.error("exec.args", "one of its elements is not a string; put it in quotes")
      }
      arguments.append(text)
    }
    var environment: [(name: String, value: String)] = []
    for variable in try list("env") {
      guard let name = variable["name"]?.string, !name.isEmpty, let value = variable["value"]?.string else {
        throw user.error("exec.env", "each element takes a 'name' and a 'value', both strings")
      }
      environment.append((name, value))
    }
    self.command = command.contains("/") ? user.resolved(command) : command
    self.arguments = arguments
    self.environment = environment
    apiVersion = version
    installHint = try text("installHint")
    entry = user
    var spec: JSONValue = ["interactive": false]
    switch fields["provideClusterInfo"] {
    case nil, .null?, .bool(false)?: break
    case .bool(true)?: spec["cluster"] = Self.clusterInfo(configuration, cluster)
    default: throw user.error("exec.provideClusterInfo", "it is neither true nor false")
    }
    info = JSONWriter.text(["apiVersion": .string(version), "kind": "ExecCredential", "spec": spec])
  }

  private static func clusterInfo(_ configuration: ClientConfiguration, _ cluster: KubeconfigEntry) -> JSONValue {
    var info: JSONValue = ["server": .string(cluster.fields["server"]?.string ?? configuration.server.description)]
    if let name = configuration.serverName { info["tls-server-name"] = .string(name) }
    if configuration.isInsecure { info["insecure-skip-tls-verify"] = true }
    if let authorities = configuration.certificateAuthorities {
      info["certificate-authority-data"] = .string(base64(authorities))
    }
    if let proxy = cluster.fields["proxy-url"], !proxy.isNull { info["proxy-url"] = proxy }
    let extensions = cluster.fields["extensions"]?.array ?? []
    if let own = extensions.first(where: { $0["name"]?.string == "client.authentication.k8s.io/exec" }) {
      info["config"] = own["extension"]
    }
    return info
  }

  func error(_ reason: String, code: KubernetesError.Code = .credentials) -> KubernetesError {
    KubernetesError(
      code,
      "user '\(entry.name)' of kubeconfig '\(entry.file)': the program '\(command)' gives no credentials: \(reason)",
      details: ["file": entry.file, "user": entry.name, "command": command])
  }
}
