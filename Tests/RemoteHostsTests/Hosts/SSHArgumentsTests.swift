import Testing

@testable import RemoteHosts

@Suite("Arguments for the SSH client")
struct SSHArgumentsTests {
  @Test(
    "are split as a shell does",
    arguments: [
      ("", []),
      ("-o ProxyJump=gate -C", ["-o", "ProxyJump=gate", "-C"]),
      ("-oProxyJump=gate -CJ gate", ["-oProxyJump=gate", "-CJ", "gate"]),
      ("-o ProxyCommand='ssh -W %h:%p gate'", ["-o", "ProxyCommand=ssh -W %h:%p gate"]),
      ("-o 'A=\"b c\"' -F \"a \\\"b\\\"\"", ["-o", "A=\"b c\"", "-F", "a \"b\""]),
      ("-q -4q", ["-4"]),
      ("-i a\\ b", ["-i", "a b"]),
    ] as [(String, [String])])
  func split(_ text: String, _ words: [String]) throws {
    #expect(try SSHArguments.parse(text) == words)
  }

  @Test(
    "that would make another thing of the connection, or another machine, are refused",
    arguments: [
      "gate", "-- gate", "-o", "-N", "-tt", "-fN", "-W a:1", "-Z", "-", "'-o", "-o \\", "-L 1:a:1", "-E log", "-C -- x",
    ])
  func refused(_ text: String) {
    #expect(throws: RemoteHostError.self) { try SSHArguments.parse(text) }
  }

  @Test("never crash, whatever is written")
  func fuzz() {
    let letters = Array("-oCJFqtWi' \"\\=abc\u{0}é\n")
    for _ in 0..<3000 {
      let text = String((0..<Int.random(in: 0..<20)).compactMap { _ in letters.randomElement() })
      guard let words = try? SSHArguments.parse(text) else { continue }
      // What was taken once is taken again, and changes no more.
      let again = try? SSHArguments.check(words)
      #expect(again == words, "\(text.debugDescription)")
    }
  }
}
