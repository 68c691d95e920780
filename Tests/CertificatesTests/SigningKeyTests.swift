import Certificates
import MusterCore
import Testing
import X509

@Suite struct SigningKeyTests {
  @Test func aKeyIsReadBackAndNeverPrinted() throws {
    let key = SigningKey()
    let again = try SigningKey(pem: key.pem.reveal(), of: "key.pem")
    #expect(again.fingerprint == key.fingerprint)
    #expect(!"\(key)".contains("BEGIN"))
    var dumped = ""
    dump(key, to: &dumped)
    #expect(!dumped.contains("BEGIN"))
  }

  @Test(arguments: ["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
  func whatIsNoKeyGetsASentence(_ text: String) {
    let error = #expect(throws: CertificatesError.self) { try SigningKey(pem: text, of: "key.pem") }
    #expect(error?.message.hasPrefix("key.pem holds no private key") == true)
  }

  @Test func aRequestProvesThatItsMakerHasTheKey() throws {
    let key = SigningKey()
    var request = try key.request()
    #expect(try SigningKey.requester(request) == key.publicKey)
    request[request.count - 5] ^= 1
    #expect(throws: CertificatesError.self) { try SigningKey.requester(request) }
    #expect(throws: CertificatesError.self) { try SigningKey.requester([]) }
    #expect(throws: CertificatesError.self) { try SigningKey.requester(Array(repeating: 0x30, count: 20_000)) }
  }

  /// Bytes of outside: whatever is done to a request, it is refused or is the same key's.
  @Test func mutilatedRequestsNeverCrash() throws {
    let key = SigningKey()
    let request = try key.request()
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var bytes = request
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
        case 1: bytes.removeLast(Int.random(in: 0...min(20, bytes.count - 1), using: &random))
        default: bytes.insert(.random(in: 0...255, using: &random), at: .random(in: 0..<bytes.count, using: &random))
        }
      }
      if bytes == request { continue }
      if let found = try? SigningKey.requester(bytes) { #expect(found == key.publicKey) }
    }
  }
}
