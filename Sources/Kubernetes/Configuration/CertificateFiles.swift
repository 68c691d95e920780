import MusterCore
import NIOSSL

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

  /// As ``read()``, and sure that the key is that of the certificate: whoever replaces the two files replaces one after
  /// the other, and what is read in between is of no use.
  func readPair() throws(KubernetesError) -> ClientCertificate {
    let certificate = try read()
    guard isFixed || Self.isPair(certificate) else {
      throw entry.error(
        "client-key",
        "it is not the key of the client-certificate, or one of the two is damaged; give a certificate with its own key, "
          + "both in PEM and without a passphrase")
    }
    return certificate
  }

  private static func isPair(_ certificate: ClientCertificate) -> Bool {
    guard let chain = try? NIOSSLCertificate.fromPEMBytes(Array(certificate.chain.utf8)), !chain.isEmpty,
      let key = try? NIOSSLPrivateKey(bytes: Array(certificate.key.reveal().utf8), format: .pem)
    else { return false }
    var settings = TLSConfiguration.makeClientConfiguration()
    // None are asked here; without this, those of the system would be loaded.
    settings.trustRoots = .certificates([])
    settings.certificateChain = chain.map { .certificate($0) }
    settings.privateKey = .privateKey(key)
    return (try? NIOSSLContext(configuration: settings)) != nil
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
