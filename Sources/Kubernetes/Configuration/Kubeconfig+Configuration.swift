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
      var configuration = try Self.configuration(of: cluster)
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

  private static func configuration(of cluster: KubeconfigEntry) throws(KubernetesError) -> ClientConfiguration {
    guard let server = try cluster.text("server") else {
      throw cluster.error("server", "it is missing; write for example https://10.0.0.1:6443")
    }
    let address: ServerAddress
    do throws(KubernetesError) {
      address = try ServerAddress(server)
    } catch {
      throw cluster.error("server", error.message)
    }
    var configuration = ClientConfiguration(server: address)
    configuration.serverName = try cluster.text("tls-server-name")
    configuration.isInsecure = try cluster.flag("insecure-skip-tls-verify")
    let authorities = try cluster.certificates("certificate-authority")
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
