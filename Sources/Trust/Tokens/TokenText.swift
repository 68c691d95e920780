import Crypto
import MusterCore

/// A token as people pass it on: `mst_ID_SECRET_FINGERPRINT_CHECK`, one word of 99 letters and digits.
///
/// The fingerprint is that of the authority's key (SHA-256): whoever has the token knows whom to trust at the first
/// contact, before he shows the secret. The check finds a text that was cut off or mistyped, without asking anybody.
public struct TokenText: Sendable {
  /// Ten characters; no secret: lists and logs name a token by it.
  public let id: String
  /// 16 random bytes.
  public let secret: Secret<[UInt8]>
  /// Of the authority's key, 32 bytes.
  public let fingerprint: [UInt8]

  /// A new one.
  public init(fingerprint: [UInt8]) {
    var random = SystemRandomNumberGenerator()
    id = String(Base32.text((0..<7).map { _ in UInt8.random(in: 0...255, using: &random) }).prefix(10))
    secret = Secret((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
    self.fingerprint = fingerprint
  }

  /// - Throws: ``TrustError`` (`bad_token`); the message does not repeat the text.
  public init(parsing text: String) throws(TrustError) {
    let text = text.filter { !$0.isWhitespace }
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.first == "mst" else {
      throw TrustError(.badToken, "this is not a token: one begins with mst_; make one with 'muster token create'")
    }
    guard parts.count == 5, parts[1].utf8.count == 10, Self.isPlain(parts[1]),
      let secret = Base32.bytes(parts[2]), secret.count == 16,
      let fingerprint = Base32.bytes(parts[3]), fingerprint.count == 32,
      parts[4] == Self.check(text.dropLast(parts[4].count + 1))
    else {
      throw TrustError(
        .badToken, "the token is not complete or was changed: its check does not fit; copy it again, whole")
    }
    id = String(parts[1])
    self.secret = Secret(secret)
    self.fingerprint = fingerprint
  }

  /// The whole text. A secret: it goes to the one that it is for, and nowhere else.
  public var text: Secret<String> {
    let head = "mst_\(id)_\(Base32.text(secret.reveal()))_\(Base32.text(fingerprint))"
    return Secret("\(head)_\(Self.check(head))")
  }

  /// What is kept of a secret: it has 128 bits of its own, so that a plain hash cannot be searched.
  public static func hash(_ secret: [UInt8]) -> String { Base32.text(SHA256.hash(data: secret)) }

  private static func isPlain(_ text: Substring) -> Bool {
    text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x32...0x37).contains($0) }
  }

  private static func check(_ head: some StringProtocol) -> String {
    String(Base32.text(SHA256.hash(data: Array(head.utf8))).prefix(4))
  }
}
