import MusterCore

/// Where a client's certificate and key stand: in the kubeconfig itself or in files, which may be replaced.
struct CertificateFiles: Sendable {
  enum Part: Sendable {
    case text(Secret<String>)
    case file(String)
  }
  let chain: Part
  let key: Part
  /// The user's entry, for errors.
  let entry: KubeconfigEntry

  /// Whether reading again would give the same.
  var isFixed: Bool {
    if case .text = chain, case .text = key { return true }
    return false
  }

  func read() throws(KubernetesError) -> ClientCertificate {
    ClientCertificate(
      chain: try pem(chain, "client-certificate").reveal(), key: try pem(key, "client-key"))
  }

  private func pem(_ part: Part, _ field: String) throws(KubernetesError) -> Secret<String> {
    switch part {
    case .text(let text):
      guard text.reveal().contains("-----BEGIN") else { throw entry.error("\(field)-data", "it holds no PEM") }
      return text
    case .file(let path):
      let text = try entry.read(path, field)
      guard text.contains("-----BEGIN") else { throw entry.error(field, "the file '\(path)' holds no PEM") }
      return Secret(text)
    }
  }
}
