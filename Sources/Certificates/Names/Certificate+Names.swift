import Crypto
import Foundation
import MusterCore
import SwiftASN1
import X509

extension Certificate {
  /// The common name of the subject; empty if it has none.
  public var commonName: String {
    for relative in subject {
      for attribute in relative where attribute.type == .RDNAttributeType.commonName {
        return String(attribute.value) ?? ""
      }
    }
    return ""
  }

  /// The URIs of the subject alternative name.
  public var uris: [String] {
    let names = try? extensions.subjectAlternativeNames
    return (names.map(Array.init) ?? []).compactMap {
      if case .uniformResourceIdentifier(let text) = $0 { text } else { nil }
    }
  }

  /// See ``X509/Certificate/SerialNumber/text``.
  public var serialText: String { serialNumber.text }

  /// The certificate in PEM, with a line feed at its end.
  public func pem() throws -> String { try serializeAsPEM().pemString + "\n" }

  /// SHA-256 of the subject's public key (SubjectPublicKeyInfo, DER): the same for every certificate of one key, so that
  /// a pin of it outlives the renewal of the certificate. As `openssl x509 -pubkey | openssl pkey -pubin -outform der |
  /// sha256sum` prints it.
  public var keyFingerprint: [UInt8] { publicKey.fingerprint }

  /// All certificates of a PEM text, in order; what else stands there is passed over.
  ///
  /// - Throws: ``CertificatesError`` (`bad_certificate`) if there is none, or one cannot be read.
  public static func all(inPEM text: String, of place: String) throws(CertificatesError) -> [Certificate] {
    do {
      let documents = try PEMDocument.parseMultiple(pemString: text)
      let found = try documents.filter { $0.discriminator == defaultPEMDiscriminator }.map {
        try Certificate(pemDocument: $0)
      }
      if !found.isEmpty { return found }
    } catch {
      throw CertificatesError(
        .badCertificate, "\(place) holds a certificate that cannot be read; give a file in PEM form", cause: error)
    }
    throw CertificatesError(
      .badCertificate, "\(place) holds no certificate; give a file in PEM form (-----BEGIN CERTIFICATE-----)")
  }
}

extension Certificate.SerialNumber {
  /// In lower-case hexadecimal digits, without zero bytes at its beginning: a certificate that is read has none of them.
  public var text: String { HexText.text(bytes.drop { $0 == 0 }) }
}

extension Certificate.PublicKey {
  /// See ``X509/Certificate/keyFingerprint``.
  public var fingerprint: [UInt8] {
    // A key that was read or made can be written; if ever one could not, its bare bits still tell it from every other.
    Array(SHA256.hash(data: (try? serializeAsPEM().derBytes) ?? Array(subjectPublicKeyInfoBytes)))
  }
}
