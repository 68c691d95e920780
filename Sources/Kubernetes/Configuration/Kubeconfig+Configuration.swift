import Foundation
import MusterCore

extension Kubeconfig {
  /// The configuration of one context.
  ///
  /// - Parameters:
  ///   - name: of the context; nil for the current one.
  ///   - environment: that of the programs which are run for credentials, and where they are found.
  ///   - time: for caches of credentials.
  /// - Throws: ``KubernetesError`` (`badConfiguration`), with file, context and field.
  public func configuration(
    context name: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment,
    time: any Timekeeper = SystemTime()
  ) throws(KubernetesError) -> ClientConfiguration {
    let context = try context(name)
    do throws(KubernetesError) {
      guard let clusterName = try context.text("cluster") else { throw context.error("cluster", "it is missing") }
      guard let cluster = clusters[clusterName] else {
        throw context.error("cluster", "there is no cluster '\(clusterName)'")
      }
      let owner = try context.text("user").flatMap { users[$0] }
      var configuration = try Self.configuration(of: cluster, hasCertificate: try owner?.hasCertificate() ?? false)
      configuration.namespace = try context.text("namespace") ?? "default"
      if let fault = NameRules.labelFault(configuration.namespace) {
        throw context.error("namespace", "'\(configuration.namespace.prefix(64))' is no namespace: \(fault)")
      }
      if let userName = try context.text("user") {
        guard let user = users[userName] else { throw context.error("user", "there is no user '\(userName)'") }
        configuration.credentials = try user.credentials(for: configuration, of: cluster, environment, time)
        configuration.impersonation = try user.impersonation()
      }
      return configuration
    } catch {
      // The entry knows its file and field; which context leads to it is known here.
      var details = error.details
      details["context"] = context.name
      throw KubernetesError(
        error.code, "\(error.message) (context '\(context.name)')", details: details, cause: error.cause)
    }
  }

  private static func configuration(of cluster: KubeconfigEntry, hasCertificate: Bool) throws(KubernetesError)
    -> ClientConfiguration
  {
    let isInsecure = try cluster.flag("insecure-skip-tls-verify")
    let authorities = try cluster.certificates("certificate-authority")
    var configuration = ClientConfiguration(
      server: try cluster.server(isEncrypted: isInsecure || authorities != nil || hasCertificate))
    configuration.serverName = try cluster.text("tls-server-name")
    configuration.isInsecure = isInsecure
    if configuration.isInsecure, authorities != nil {
      throw cluster.error(
        "insecure-skip-tls-verify", "certificate authorities are named and are not to be asked; keep one of the two")
    }
    configuration.certificateAuthorities = authorities
    if let proxy = try cluster.text("proxy-url") {
      do throws(KubernetesError) {
        configuration.proxy = try ProxyAddress(proxy)
      } catch {
        throw cluster.error("proxy-url", error.message)
      }
    }
    return configuration
  }
}

extension KubeconfigEntry {
  /// Whether a user's entry names a client certificate.
  fileprivate func hasCertificate() throws(KubernetesError) -> Bool {
    let file = try text("client-certificate")
    let inline = try text("client-certificate-data")
    return file != nil || inline != nil
  }

  /// The server's address.
  ///
  /// - Parameter isEncrypted: of an address without `http://` or `https://`. As for kubectl, such a server speaks TLS if the
  ///   configuration says anything about TLS.
  fileprivate func server(isEncrypted: Bool) throws(KubernetesError) -> ServerAddress {
    guard let server = try text("server") else {
      throw error("server", "it is missing; write for example https://10.0.0.1:6443")
    }
    let hasScheme = server.contains("://")
    let address: ServerAddress
    do throws(KubernetesError) {
      address = try ServerAddress(hasScheme ? server : "\(isEncrypted ? "https" : "http")://\(server)")
    } catch let fault {
      throw error("server", fault.message)
    }
    guard hasScheme || address.pathPrefix.isEmpty else {
      throw error("server", "it should be a URL such as https://10.0.0.1:6443/path, or a host and a port")
    }
    return address
  }

  /// PEM from `field-data` or from the file that `field` names.
  func certificates(_ field: String) throws(KubernetesError) -> String? {
    let inline = try data("\(field)-data")
    let path = try path(field)
    if inline != nil, path != nil { throw error(field, "'\(field)-data' stands there too; keep one of the two") }
    if let inline {
      guard inline.contains("-----BEGIN") else { throw error("\(field)-data", "it holds no PEM") }
      return inline
    }
    guard let path else { return nil }
    let text = try read(path, field)
    guard text.contains("-----BEGIN") else { throw error(field, "the file '\(path)' holds no PEM") }
    return text
  }

  func read(_ path: String, _ field: String) throws(KubernetesError) -> String {
    let bytes = try BoundedFile.read(path, largest: 1 << 20) {
      error(field, "the file '\(path)' cannot be read: \($0)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw error(field, "the file '\(path)' is not text")
    }
    return text
  }
}
