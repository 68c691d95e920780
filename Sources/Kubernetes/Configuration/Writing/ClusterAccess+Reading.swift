import MusterCore

extension ClusterAccess {
  /// What a kubeconfig of somebody else's gives: that of its current context, or of its only cluster.
  ///
  /// A kubeconfig can name programs to run and files to send. From another machine neither is believed: whoever controls that
  /// machine would control this one.
  ///
  /// - Parameters:
  ///   - foreign: the bytes; at most 1 MiB.
  ///   - name: what it is called in errors.
  /// - Throws: ``KubernetesError`` (`badConfiguration`), with the field.
  public init(foreign bytes: [UInt8], name: String) throws(KubernetesError) {
    guard bytes.count <= Self.largest else {
      throw KubernetesError(
        .badConfiguration, "kubeconfig '\(name)' has over \(Self.largest) bytes", details: ["file": name])
    }
    let file = try KubeconfigFile(bytes, path: name)
    let (cluster, user) = try Self.entries(file)
    for field in ["certificate-authority", "proxy-url"] { try Self.refuse(field, in: cluster) }
    if try cluster.flag("insecure-skip-tls-verify") {
      throw cluster.error("insecure-skip-tls-verify", "it is set, and would let anybody answer for the server")
    }
    guard let text = try cluster.text("server") else { throw cluster.error("server", "it is missing") }
    let server: ServerAddress
    do throws(KubernetesError) {
      server = try ServerAddress(text)
    } catch {
      throw cluster.error("server", error.message)
    }
    guard server.isEncrypted else { throw cluster.error("server", "it does not begin with https://") }
    _ = try cluster.data("certificate-authority-data")
    self.init(
      server: server, serverName: try cluster.text("tls-server-name"),
      authorities: try cluster.text("certificate-authority-data"),
      user: Secret(try user.map { entry throws(KubernetesError) in try Self.plain(entry) } ?? [:]))
  }

  /// Bytes of a foreign kubeconfig.
  public static let largest = 1 << 20

  private static func entries(_ file: KubeconfigFile) throws(KubernetesError) -> (KubeconfigEntry, KubeconfigEntry?) {
    if let name = file.currentContext, let context = file.contexts[name] {
      guard let cluster = try context.text("cluster").flatMap({ file.clusters[$0] }) else {
        throw context.error("cluster", "there is no such cluster")
      }
      return (cluster, try context.text("user").flatMap { file.users[$0] })
    }
    guard file.clusters.count == 1, file.users.count <= 1, let cluster = file.clusters.values.first else {
      throw KubernetesError(
        .badConfiguration,
        "kubeconfig '\(file.path)', field 'current-context': it names no context, and there are \(file.clusters.count) clusters",
        details: ["file": file.path, "field": "current-context"])
    }
    return (cluster, file.users.values.first)
  }

  private static let plainFields = ["client-certificate-data", "client-key-data", "token", "username", "password"]
  private static let refusedFields = [
    "exec", "auth-provider", "tokenFile", "client-certificate", "client-key", "as", "as-uid", "as-groups",
    "as-user-extra",
  ]

  private static func plain(_ user: KubeconfigEntry) throws(KubernetesError) -> [String: String] {
    for field in refusedFields { try refuse(field, in: user) }
    var fields: [String: String] = [:]
    for field in plainFields {
      guard let text = try user.text(field) else { continue }
      if field.hasSuffix("-data") { _ = try user.data(field) }
      fields[field] = text
    }
    return fields
  }

  private static func refuse(_ field: String, in entry: KubeconfigEntry) throws(KubernetesError) {
    if let value = entry.fields[field], !value.isNull, value != .string("") {
      throw entry.error(
        field, "it leads to programs, files or servers beyond the cluster, which another machine may not name")
    }
  }
}
