import Foundation
import MusterCore

/// Text in base64.
func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

extension ExecPlugin {
  /// Reads what the program printed: an `ExecCredential` whose status has a token, a certificate with its key, or both.
  ///
  /// - Throws: ``KubernetesError`` (`credentials`); nothing that was printed is in it.
  func credentials(in output: [UInt8]) throws(KubernetesError) -> Credentials {
    guard let answer = try? JSONReader.parse(output) else { throw error("what it printed is no JSON") }
    guard answer["kind"]?.string == "ExecCredential" else { throw error("what it printed is no ExecCredential") }
    guard answer["apiVersion"]?.string == apiVersion else {
      throw error("its answer has another version than \(apiVersion), which the kubeconfig says")
    }
    guard let status = answer["status"]?.object else { throw error("its answer has no status") }
    func text(_ field: String) throws(KubernetesError) -> String? {
      switch status[field] {
      case nil, .null?: return nil
      case .string(let text)?: return text.isEmpty ? nil : text
      default: throw error("its status.\(field) is not a string")
      }
    }
    let token = try text("token")
    if let token {
      guard token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
        throw error("its token has characters that no token has")
      }
    }
    let chain = try text("clientCertificateData")
    let key = try text("clientKeyData")
    guard (chain == nil) == (key == nil) else { throw error("its certificate and its key must come together") }
    guard token != nil || chain != nil else { throw error("its answer has neither a token nor a certificate") }
    var credentials = Credentials(authorization: token.map { Secret("Bearer \($0)") })
    if let chain, let key { credentials.certificate = ClientCertificate(chain: chain, key: Secret(key)) }
    if let expires = try text("expirationTimestamp") {
      guard let time = try? Time(expires) else { throw error("its status.expirationTimestamp is not a time") }
      credentials.expires = time.timestamp
    }
    return credentials
  }
}
