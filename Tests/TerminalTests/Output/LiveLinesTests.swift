import Testing

@testable import Terminal

@Suite struct LiveLinesTests {
  private let up = "\r\u{1B}[1A"
  private let row = "\u{1B}[K"
  private let below = "\u{1B}[J"

  @Test("several lines are overwritten where they stand, and what is left of more lines is cleared")
  func overwrites() {
    let screen = TerminalStream.memory(isTerminal: true)
    screen.setLiveLines(["one", "two"])
    screen.setLiveLines(["one", "2"])
    screen.setLiveLines(["one", "2"])
    screen.setLiveLines(["one"])
    screen.setLiveLines([])
    #expect(
      screen.contents == "\rone\(row)\ntwo\(row)" + "\(up)one\(row)\n2\(row)" + "\(up)one\(below)" + "\r\(row)")
  }

  @Test("other text is written above the lines")
  func textAbove() throws {
    let screen = TerminalStream.memory(isTerminal: true)
    screen.setLiveLines(["one", "two"])
    try screen.write("note\n")
    #expect(screen.contents.hasSuffix("two\(row)" + "\(up)\(below)note\none\ntwo"))
  }

  @Test("results of the same screen are written while the lines are away")
  func results() throws {
    let screen = TerminalStream.memory(isTerminal: true)
    let output = Output(results: .memory(isTerminal: true), messages: screen)
    screen.setLiveLines(["one", "two"])
    try output.line("result")
    #expect(screen.contents.hasSuffix("\(up)\(below)one\ntwo"))
  }

  @Test("what has no room on the screen is not drawn, as it could not be taken away again")
  func height() {
    let screen = TerminalStream.memory(isTerminal: true, height: 4)
    screen.setLiveLines((1...9).map { "line \($0)" })
    #expect(screen.contents == "\rline 1\(row)\nline 2\(row)\nline 3\(row)")
  }

  @Test("without a terminal there are no lines")
  func noTerminal() {
    let pipe = TerminalStream.memory()
    pipe.setLiveLines(["one", "two"])
    #expect(pipe.contents == "" && pipe.height == nil && !pipe.canRedraw)
  }
}
