import Foundation
import MusterCore

extension ServerAddress {
  /// Reads `https://host:port/prefix`. The port may be left out; a query, a fragment or a user's name may not be there.
  ///
  /// - Throws: ``KubernetesError`` (`badConfiguration`).
  public init(_ text: String) throws(KubernetesError) {
    let parts = try AddressParts(text, schemes: ["https": 443, "http": 80])
    guard parts.user == nil else {
      throw KubernetesError(.badConfiguration, "it names a user, who belongs into the users of a kubeconfig")
    }
    var prefix = parts.path
    while prefix.hasSuffix("/") { prefix.removeLast() }
    self.init(isEncrypted: parts.scheme == "https", host: parts.host, port: parts.port, pathPrefix: prefix)
  }
}

extension ProxyAddress {
  /// Reads `http://user:password@host:port`.
  ///
  /// - Throws: ``KubernetesError`` (`badConfiguration`); the password is never in it.
  public init(_ text: String) throws(KubernetesError) {
    let parts = try AddressParts(text, schemes: ["http": 80])
    let pair = parts.user.map { Data("\($0):\(parts.password?.reveal() ?? "")".utf8).base64EncodedString() }
    self.init(host: parts.host, port: parts.port, authorization: pair.map { Secret("Basic \($0)") })
  }
}
