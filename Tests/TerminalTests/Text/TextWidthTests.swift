import Testing

@testable import Terminal

@Suite struct TextWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("grün", 4), ("gru\u{308}n", 4), ("日本語", 6), ("한글", 4), ("ｆｕｌｌ", 8), ("👍", 2),
    ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("❤️", 2), ("✓", 1), ("…", 1), ("a\u{200D}", 1), ("é", 1),
  ])
  func countsColumns(text: String, width: Int) {
    #expect(TextWidth.of(text) == width)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""), ("日本語", 6, "日本語"),
    ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("👩‍👩‍👧👩‍👩‍👧", 3, "👩‍👩‍👧…"),
  ])
  func truncates(text: String, width: Int, result: String) {
    #expect(TextWidth.truncated(text, to: width) == result)
    #expect(TextWidth.of(TextWidth.truncated(text, to: width)) <= width)
  }
}
