import Testing
import Trust

@Suite struct TokenTextTests {
  let fingerprint = (0..<32).map { UInt8($0 * 7 & 255) }

  @Test func aTokenIsReadBack() throws {
    let token = TokenText(fingerprint: fingerprint)
    let again = try TokenText(parsing: " \(token.text.reveal())\n")
    #expect(again.id == token.id)
    #expect(again.secret == token.secret)
    #expect(again.fingerprint == fingerprint)
    #expect(token.text.reveal().count == 99)
    #expect(TokenText(fingerprint: fingerprint).id != token.id)
  }

  @Test func itDoesNotPrint() throws {
    let token = TokenText(fingerprint: fingerprint)
    let secret = token.text.reveal().split(separator: "_")[2]
    var dumped = ""
    dump(token, to: &dumped)
    #expect(!"\(token)\(token.text)\(dumped)".contains(secret))
  }

  /// Whoever mistypes or cuts a token off hears so at once, from his own machine.
  @Test func everyChangeIsNoticed() throws {
    let text = TokenText(fingerprint: fingerprint).text.reveal()
    for index in text.indices.dropFirst(4) {
      var changed = text
      changed.replaceSubrange(index...index, with: text[index] == "a" ? "b" : "a")
      let error = #expect(throws: TrustError.self) { try TokenText(parsing: changed) }
      #expect(error?.code == .badToken)
      #expect(error?.message.contains("copy it again") == true)
    }
    for length in 0..<text.count {
      let error = #expect(throws: TrustError.self) { try TokenText(parsing: String(text.prefix(length))) }
      #expect(error?.code == .badToken)
    }
  }

  @Test func fuzzedTextsAreRefusedWithoutTheirContent() throws {
    var random = SystemRandomNumberGenerator()
    let text = TokenText(fingerprint: fingerprint).text.reveal()
    for _ in 0..<3000 {
      var bytes = Array(text.utf8)
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        if Bool.random(using: &random) {
          bytes[place] = .random(in: 0...255, using: &random)
        } else {
          bytes.remove(at: place)
        }
      }
      let changed = String(decoding: bytes, as: UTF8.self)
      guard changed.filter({ !$0.isWhitespace }) != text else { continue }
      let error = #expect(throws: TrustError.self) { try TokenText(parsing: changed) }
      #expect(error?.message.contains("mst_\(text.dropFirst(4).prefix(10))") == false)
    }
  }
}
