import Crypto
import Foundation

/// A new key and a certificate of it, in PEM. Good for being read: nobody has really signed it.
struct TestIdentity {
  let chain: String
  let key: String

  init() {
    let key = P256.Signing.PrivateKey()
    self.key = key.pemRepresentation
    // ecdsa-with-SHA256, as DER; then the parts of a certificate of X.509's first version.
    let algorithm = Self.part(0x30, [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02])
    let name = Self.part(
      0x30, Self.part(0x31, Self.part(0x30, [0x06, 0x03, 0x55, 0x04, 0x03] + Self.part(0x0C, Array("test".utf8)))))
    let from = Self.part(0x17, Array("260101000000Z".utf8))
    let until = Self.part(0x17, Array("460101000000Z".utf8))
    let content = Self.part(
      0x30,
      [0x02, 0x01, 0x01] + algorithm + name + Self.part(0x30, from + until) + name
        + Array(key.publicKey.derRepresentation))
    let signature = Self.part(0x30, [0x02, 0x01, 0x01, 0x02, 0x01, 0x01])
    let certificate = Self.part(0x30, content + algorithm + Self.part(0x03, [0] + signature))
    chain = "-----BEGIN CERTIFICATE-----\n\(Data(certificate).base64EncodedString())\n-----END CERTIFICATE-----\n"
  }

  private static func part(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    let count = content.count
    // DER wants the shortest form.
    let length: [UInt8] =
      count < 128
      ? [UInt8(count)] : count < 256 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
    return [tag] + length + content
  }
}
