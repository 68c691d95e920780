import RemoteHosts
import Testing

@Suite("What a script wrote")
struct RemoteAnswerTests {
  @Test("bytes that are no text are still shown")
  func text() {
    let answer = RemoteAnswer(status: 1, output: [0x61, 0xFF], errors: Array("no".utf8))
    #expect(answer.outputText == "a\u{FFFD}")
    #expect(answer.errorText == "no")
  }
}
