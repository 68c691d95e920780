import Foundation
import MusterCore
import SwiftASN1
import X509

/// A private certificate authority: a certificate and the key that signs for it.
public struct CertificateAuthority: Sendable {
  /// What a certificate is for.
  public enum Purpose: Sendable {
    /// A server that is known by these names. It may connect to others, too: coordinators do.
    case server([ServerName])
    /// Somebody who connects: a common name, and URIs that say what he may do.
    case client(name: String, uris: [String])
  }

  public let certificate: Certificate
  private let key: SigningKey

  /// Whether it signed a certificate.
  public func signed(_ other: Certificate) -> Bool {
    certificate.publicKey.isValidSignature(other.signature, for: other)
  }

  /// Its key in PEM, for the file that holds it.
  public var keyText: Secret<String> { key.pem }

  /// Clocks may differ by this much: certificates are valid from so long before they are made.
  public static let clockTolerance: Duration = .seconds(300)

  /// - Throws: ``CertificatesError`` if the certificate is no authority's, or the key is another one's.
  public init(certificate: Certificate, key: SigningKey) throws(CertificatesError) {
    guard case .isCertificateAuthority? = try? certificate.extensions.basicConstraints else {
      throw CertificatesError(
        .badCertificate,
        "the certificate '\(certificate.subject)' is not an authority's (basicConstraints CA:TRUE); give the authority's own certificate"
      )
    }
    guard certificate.publicKey == key.publicKey else {
      throw CertificatesError(
        .badKey,
        "the private key is not that of the certificate '\(certificate.subject)'; give the two that belong together")
    }
    self.certificate = certificate
    self.key = key
  }

  /// Makes a new authority that signs itself.
  ///
  /// - Parameters:
  ///   - name: its common name.
  ///   - lifetime: how long its certificate is valid.
  public static func make(
    name: String, at now: Timestamp, lifetime: Duration, key: SigningKey = SigningKey()
  ) throws -> CertificateAuthority {
    let subject = try DistinguishedName { CommonName(name) }
    let extensions = try Certificate.Extensions {
      Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
      Critical(KeyUsage(keyCertSign: true, cRLSign: true))
      SubjectKeyIdentifier(hash: key.publicKey)
    }
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: key.publicKey,
      notValidBefore: (now + .zero - clockTolerance).date, notValidAfter: (now + lifetime).date, issuer: subject,
      subject: subject, extensions: extensions, issuerPrivateKey: key.signer)
    return try CertificateAuthority(certificate: certificate, key: key)
  }

  /// Signs a certificate for a public key. It does not outlive the authority's own.
  ///
  /// - Throws: ``CertificatesError`` (`bad_name`) for a client's name of over 64 characters, which X.509 has no place for: cut
  ///   off it would be another's.
  /// - Parameters:
  ///   - serial: up to 20 bytes that no other certificate of the authority has.
  ///   - lifetime: from now on; it is valid ``clockTolerance`` before, too.
  public func issue(
    _ purpose: Purpose, to publicKey: Certificate.PublicKey, serial: Certificate.SerialNumber = .init(),
    at now: Timestamp, lifetime: Duration
  ) throws -> Certificate {
    let name: String
    let names: [GeneralName]
    let usages: ExtendedKeyUsage
    switch purpose {
    case .server(let all):
      name = all.first?.description ?? "muster"
      names = all.map(\.generalName)
      usages = try ExtendedKeyUsage([.serverAuth, .clientAuth])
    case .client(let own, let uris):
      guard own.count <= 64 else {
        throw CertificatesError(.badName, "the name '\(own.prefix(80))…' has over 64 characters; take a shorter one")
      }
      name = own
      names = uris.map { .uniformResourceIdentifier($0) }
      usages = try ExtendedKeyUsage([.clientAuth])
    }
    // Of a server the names that count stand beside the common name.
    let subject = try DistinguishedName { CommonName(String(name.prefix(64))) }
    let extensions = try Certificate.Extensions {
      Critical(BasicConstraints.notCertificateAuthority)
      Critical(KeyUsage(digitalSignature: true))
      usages
      SubjectAlternativeNames(names)
      SubjectKeyIdentifier(hash: publicKey)
      AuthorityKeyIdentifier(keyIdentifier: SubjectKeyIdentifier(hash: key.publicKey).keyIdentifier)
    }
    return try Certificate(
      version: .v3, serialNumber: serial, publicKey: publicKey,
      notValidBefore: (now + .zero - Self.clockTolerance).date,
      notValidAfter: min((now + lifetime).date, certificate.notValidAfter), issuer: certificate.subject,
      subject: subject, extensions: extensions, issuerPrivateKey: key.signer)
  }
}

extension Timestamp {
  /// For libraries that speak of time so.
  public var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

  public init(_ date: Date) { self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded())) }

  static func - (a: Timestamp, b: Duration) -> Timestamp {
    Timestamp(milliseconds: a.milliseconds - b.wholeMilliseconds)
  }
}
