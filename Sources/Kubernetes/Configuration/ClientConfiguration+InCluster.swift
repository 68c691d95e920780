import MusterCore

import class Foundation.ProcessInfo

extension ClientConfiguration {
  /// Where Kubernetes puts what a pod needs to talk to its API server.
  public static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

  /// The configuration that a pod is given: the server in `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`, and a
  /// token that rotates, an authority and a namespace as files.
  ///
  /// - Parameter folder: of `token`, `ca.crt` and `namespace`.
  /// - Throws: ``KubernetesError`` (`badConfiguration`).
  public static func inCluster(
    environment: [String: String] = ProcessInfo.processInfo.environment, folder: String = serviceAccountFolder,
    time: any Timekeeper = SystemTime()
  ) throws(KubernetesError) -> ClientConfiguration {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
      let portText = environment["KUBERNETES_SERVICE_PORT"]
    else {
      throw KubernetesError(
        .badConfiguration,
        "this program is not in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set; use a kubeconfig"
      )
    }
    guard let port = Int(portText), (1...65_535).contains(port) else {
      throw KubernetesError(
        .badConfiguration, "KUBERNETES_SERVICE_PORT is '\(portText.prefix(32))' and should be a port",
        details: ["field": "KUBERNETES_SERVICE_PORT"])
    }
    func error(_ file: String, _ reason: String) -> KubernetesError {
      KubernetesError(
        .badConfiguration,
        "the pod's service account file '\(file)' cannot be used: \(reason); is automountServiceAccountToken off?",
        details: ["file": file])
    }
    let authority = "\(folder)/ca.crt"
    let pem = try BoundedFile.read(authority, largest: 1 << 20) { error(authority, $0) }
    guard let authorities = String(validating: pem, as: UTF8.self), authorities.contains("-----BEGIN") else {
      throw error(authority, "it holds no PEM")
    }
    let token = "\(folder)/token"
    do throws(KubernetesError) {
      _ = try FileCredentials.token(in: token)
    } catch let fault {
      throw KubernetesError(.badConfiguration, fault.message, details: fault.details)
    }
    var configuration = ClientConfiguration(server: ServerAddress(host: host, port: port))
    configuration.certificateAuthorities = authorities
    configuration.credentials = FileCredentials(tokenFile: token, time: time)
    let namespaceFile = "\(folder)/namespace"
    if BoundedFile.exists(namespaceFile) {
      let bytes = try BoundedFile.read(namespaceFile, largest: 4096) { error(namespaceFile, $0) }
      let namespace = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
      if let fault = NameRules.labelFault(namespace) { throw error(namespaceFile, "in it is no namespace: \(fault)") }
      configuration.namespace = namespace
    }
    return configuration
  }

  /// Whether the process runs in a pod that was given a service account.
  static func isInCluster(_ environment: [String: String], folder: String) -> Bool {
    !(environment["KUBERNETES_SERVICE_HOST"] ?? "").isEmpty && BoundedFile.exists("\(folder)/token")
  }
}
