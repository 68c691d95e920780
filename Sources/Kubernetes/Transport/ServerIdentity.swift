import NIOCore
import NIOSSL

/// Checks that a certificate is for the name by which the server was asked for.
///
/// NIOSSL also takes a certificate that has the address to which the connection happens to go. In clusters where the same
/// authority signs the nodes' certificates, a node could then pass for the API server.
struct ServerIdentity: Sendable {
  private let server: String
  /// Nil: there is nothing to check beyond what NIOSSL checks.
  private let name: String?

  init(_ configuration: ClientConfiguration) {
    server = "\(configuration.server)"
    let name = configuration.serverName ?? configuration.server.host
    let isChecked = configuration.server.isEncrypted && !configuration.isInsecure && !Self.isAddress(name)
    self.name = isChecked ? name : nil
  }

  /// Fails, and closes the connection, if the certificate on a channel whose TLS connection stands is for another name.
  func check(_ channel: any Channel) -> EventLoopFuture<Void> {
    guard let name else { return channel.eventLoop.makeSucceededVoidFuture() }
    return channel.nioSSL_peerCertificate().flatMapThrowing { certificate in
      if let certificate, Self.names(in: certificate).contains(where: { Self.matches($0, name) }) { return }
      channel.close(promise: nil)
      throw KubernetesError(
        .untrusted,
        "the API server at \(server) is not trusted: its certificate is not for '\(name)'; correct the address, or set "
          + "tls-server-name to a name in the certificate", details: KubernetesError.notSent)
    }
  }

  private static func names(in certificate: NIOSSLCertificate) -> [String] {
    certificate._subjectAlternativeNames().filter { $0.nameType == .dnsName }.map {
      String(decoding: $0.contents, as: UTF8.self)
    }
  }

  /// RFC 6125: without regard to case; an asterisk stands for the whole first part and for nothing else.
  static func matches(_ pattern: String, _ name: String) -> Bool {
    var pattern = pattern.lowercased()[...]
    var name = name.lowercased()[...]
    if name.last == "." { name = name.dropLast() }
    if pattern.last == "." { pattern = pattern.dropLast() }
    guard pattern.hasPrefix("*.") else { return !pattern.contains("*") && !name.isEmpty && pattern == name }
    guard let dot = name.firstIndex(of: "."), dot != name.startIndex else { return false }
    let rest = pattern.dropFirst(2)
    return rest.contains(".") && !rest.contains("*") && name[name.index(after: dot)...] == rest
  }

  static func isAddress(_ name: String) -> Bool {
    name.contains(":") || name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { UInt8($0) != nil }
  }
}
