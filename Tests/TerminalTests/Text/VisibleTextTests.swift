import Testing

@testable import Terminal

@Suite struct VisibleTextTests {
  @Test(arguments: [
    ("plain ASCII ~", "plain ASCII ~"), ("grün 日本 👩‍👩‍👧", "grün 日本 👩‍👩‍👧"), ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
    ("a\r\nb", "a\\r\\nb"), ("\u{1B}[2Jgone", "\\u{1B}[2Jgone"), ("\u{9B}2J", "\\u{9B}2J"), ("\u{7F}", "\\u{7F}"),
    ("\u{0}", "\\u{0}"), ("abc\u{202E}txt.exe", "abc\\u{202E}txt.exe"), ("\u{2028}", "\\u{2028}"),
    ("\u{FEFF}", "\\u{FEFF}"), ("\u{E0041}", "\\u{E0041}"), ("\u{8}\u{8}", "\\u{8}\\u{8}"),
  ])
  func showsControls(text: String, shown: String) {
    #expect(VisibleText.line(text) == shown)
  }

  @Test func linesKeepTheirBreaksAndTabs() {
    #expect(VisibleText.lines("a\tb\n\u{1B}[31mc\r\n") == "a\tb\n\\u{1B}[31mc\\r\n")
  }
}
