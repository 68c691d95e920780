import Foundation
import MusterCore

extension ClusterAccess {
  /// Whether the cluster is to be reached at its server: somebody listens there, and shows a certificate that the cluster's own
  /// authorities signed. Nobody is told who asks.
  ///
  /// A forwarded port, or an address of a private network, may lead to quite another cluster.
  ///
  /// - Parameter patience: for the connection, and again for the answer.
  /// - Returns: why it is not, as the end of a sentence; nil: it is, or nothing speaks against it.
  public func obstacle(patience: Duration = .seconds(3)) async -> String? {
    if let obstacle = await server.obstacle(patience: patience) { return obstacle }
    guard let authorities, let data = Data(base64Encoded: authorities),
      let trusted = String(validating: data, as: UTF8.self), trusted.contains("-----BEGIN")
    else { return nil }
    let client = KubernetesClient(
      configuration: ClientConfiguration(
        server: server, certificateAuthorities: trusted, serverName: serverName),
      behaviour: ClientBehaviour(patience: patience, retries: .never))
    let isUntrusted: Bool
    do {
      _ = try await client.serverVersion()
      isUntrusted = false
    } catch {
      // A refusal is an answer of the right server; and one that is only slow may be right.
      isUntrusted = (error as? KubernetesError)?.code == .untrusted
    }
    return isUntrusted
      ? "what listens there shows no certificate of this cluster for '\(serverName ?? server.host)'" : nil
  }
}
