import NIOSSL

/// What a client checks, and what it shows, when a TLS connection is made.
enum TLSSettings {
  /// - Throws: ``KubernetesError``: `badConfiguration` for authorities that cannot be read, `credentials` for a client
  ///   certificate or key that cannot.
  static func make(_ configuration: ClientConfiguration, certificate: ClientCertificate?) throws -> TLSConfiguration {
    var settings = TLSConfiguration.makeClientConfiguration()
    settings.minimumTLSVersion = .tlsv12
    if configuration.isInsecure {
      settings.certificateVerification = .none
    } else if let authorities = configuration.certificateAuthorities {
      settings.trustRoots = .certificates(try Self.authorities(authorities, of: configuration.server))
    }
    if let name = configuration.serverName, name != configuration.server.host, ServerIdentity.isAddress(name) {
      throw KubernetesError(
        .badConfiguration,
        "tls-server-name '\(name)' of the server \(configuration.server) is an address; give a name that stands in the "
          + "server's certificate")
    }
    guard let certificate else { return settings }
    do {
      let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.chain.utf8))
      guard !chain.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
      settings.certificateChain = chain.map { .certificate($0) }
    } catch {
      throw KubernetesError(
        .credentials,
        "the client certificate for the API server \(configuration.server) cannot be read; it has to be in PEM, the "
          + "client's own first")
    }
    do {
      settings.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(certificate.key.reveal().utf8), format: .pem))
    } catch {
      throw KubernetesError(
        .credentials,
        "the key of the client certificate for the API server \(configuration.server) cannot be read; it has to be in "
          + "PEM and without a passphrase")
    }
    return settings
  }

  private static func authorities(_ pem: String, of server: ServerAddress) throws -> [NIOSSLCertificate] {
    if let certificates = try? NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)), !certificates.isEmpty {
      return certificates
    }
    throw KubernetesError(
      .badConfiguration,
      "the certificate authorities for the API server \(server) cannot be read; certificate-authority-data has to be "
        + "certificates in PEM")
  }
}
