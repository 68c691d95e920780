import Crypto
import MusterCore
import SwiftASN1
import X509

/// A private key. It never prints.
public struct SigningKey: Sendable {
  private let key: Certificate.PrivateKey
  private let text: Secret<String>

  /// A new one on the curve P-256: quick to sign with, and understood by every TLS library.
  public init() {
    let made = P256.Signing.PrivateKey()
    key = Certificate.PrivateKey(made)
    text = Secret(made.pemRepresentation + "\n")
  }

  /// Reads a key in PEM: EC on a NIST curve, RSA or Ed25519; PKCS #8 or the older forms; not encrypted.
  ///
  /// - Parameter place: what the text is, for the message: a file's path.
  /// - Throws: ``CertificatesError`` (`bad_key`).
  public init(pem: String, of place: String) throws(CertificatesError) {
    do {
      // `openssl ecparam -genkey` writes a block of parameters before the key.
      let documents = try PEMDocument.parseMultiple(pemString: pem)
      guard let document = documents.first(where: { $0.discriminator.hasSuffix("PRIVATE KEY") }) else {
        throw CertificatesError(.badKey, "there is none")
      }
      key = try Certificate.PrivateKey(pemDocument: document)
    } catch {
      throw CertificatesError(
        .badKey,
        pem.contains("ENCRYPTED")
          ? "the key in \(place) is encrypted; decrypt it first: openssl pkey -in FILE -out OTHER"
          : "\(place) holds no private key that can be read; give an EC, RSA or Ed25519 key in PEM form",
        cause: nil)
    }
    text = Secret(pem)
  }

  /// The key in PEM, for the file that holds it and for a TLS library.
  public var pem: Secret<String> { text }

  public var publicKey: Certificate.PublicKey { key.publicKey }

  /// For what signs.
  var signer: Certificate.PrivateKey { key }

  /// SHA-256 of the public key, as ``X509/Certificate/keyFingerprint``.
  public var fingerprint: [UInt8] { publicKey.fingerprint }

  /// A request for a certificate of this key, signed with it: PKCS #10, DER.
  ///
  /// It names nobody: who the key belongs to is the authority's to say.
  public func request() throws(CertificatesError) -> [UInt8] {
    do {
      let request = try CertificateSigningRequest(
        version: .v1, subject: DistinguishedName(), privateKey: key, attributes: .init(),
        signatureAlgorithm: key.defaultAlgorithm)
      var serializer = DER.Serializer()
      try serializer.serialize(request)
      return serializer.serializedBytes
    } catch {
      throw CertificatesError(.badKey, "the key cannot sign a request for a certificate", cause: error)
    }
  }

  /// The public key of a request whose signature holds: whoever made it has the private key.
  ///
  /// - Throws: ``CertificatesError`` (`bad_request`).
  public static func requester(_ request: [UInt8]) throws(CertificatesError) -> Certificate.PublicKey {
    guard request.count <= 16_384, let parsed = try? CertificateSigningRequest(derEncoded: request),
      parsed.publicKey.isValidSignature(parsed.signature, for: parsed)
    else {
      throw CertificatesError(
        .badRequest, "the request for a certificate cannot be read, or was not signed with its own key")
    }
    return parsed.publicKey
  }
}

extension Certificate.PrivateKey {
  /// What each sort of key signs with.
  var defaultAlgorithm: Certificate.SignatureAlgorithm {
    supportedSignatureAlgorithms.first ?? .ecdsaWithSHA256
  }
}
