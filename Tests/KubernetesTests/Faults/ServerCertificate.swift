import Crypto
import Foundation
import X509

/// A new key and a certificate for a name, signed by itself: what a TLS server shows, and what its clients trust.
struct ServerCertificate {
  let pem: String
  let key: String

  init(for name: String) throws {
    let key = P256.Signing.PrivateKey()
    let signer = Certificate.PrivateKey(key)
    let subject = try DistinguishedName { CommonName(name) }
    let extensions = try Certificate.Extensions {
      Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
      SubjectAlternativeNames([.dnsName(name)])
    }
    pem = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: signer.publicKey, notValidBefore: Date() - 3600,
      notValidAfter: Date() + 86_400, issuer: subject, subject: subject, extensions: extensions,
      issuerPrivateKey: signer
    ).serializeAsPEM().pemString
    self.key = key.pemRepresentation
  }
}
