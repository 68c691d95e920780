import Testing

@testable import Terminal

@Suite struct TableTests {
  private func sample() -> Table {
    var table = Table([Column("ID", shrinks: false), Column("TASKS", .right), "STATE"])
    table.add(["a", "1", Cell("done", style: .good)])
    table.add(["long-id", "1,234", ""])
    return table
  }

  @Test func alignsColumns() {
    #expect(
      sample().render() == """
        ID       TASKS  STATE
        a            1  done
        long-id  1,234

        """)
  }

  @Test func coloursDoNotCountAsWidth() {
    let lines = sample().render(colours: true).split(separator: "\n")
    #expect(lines[0] == "\u{1B}[1mID\u{1B}[0m       \u{1B}[1mTASKS\u{1B}[0m  \u{1B}[1mSTATE\u{1B}[0m")
    #expect(lines[1] == "a            1  \u{1B}[32mdone\u{1B}[0m")
  }

  @Test func aHostileValueCannotLeaveItsCell() {
    var table = Table(["NAME", "X"])
    table.add(["a\n\u{1B}[2Jroot", "1"])
    #expect(table.render() == "NAME              X\na\\n\\u{1B}[2Jroot  1\n")
  }

  @Test func wideCharactersKeepTheColumns() {
    var table = Table(["NAME", "X"])
    table.add(["日本", "1"])
    table.add(["👍", "2"])
    #expect(table.render() == "NAME  X\n日本  1\n👍    2\n")
  }

  @Test func cutsTheWidestShrinkableColumnOnlyOnATerminal() {
    var table = Table([Column("ID", shrinks: false), "REASON"])
    table.add(["0123456789012345", "a reason that is rather long"])
    #expect(table.render(width: 30) == "ID                REASON\n0123456789012345  a reason th…\n")
    #expect(table.render().contains("a reason that is rather long"))
    // Ids are never cut, and below a readable width nothing is: the line wraps.
    #expect(table.render(width: 5) == "ID                REASON\n0123456789012345  a rea…\n")
  }

  @Test func missingCellsAreEmptyAndSurplusOnesDropped() {
    var table = Table(["A", "B"])
    table.add(["1"])
    table.add(["1", "2", "3"])
    #expect(table.render() == "A  B\n1\n1  2\n")
  }

  @Test func factsHaveNoTitles() {
    let table = Table(facts: [("state", "done"), ("attempts", "2")])
    #expect(table.render() == "state     done\nattempts  2\n")
  }

  @Test(arguments: [0, 1, 7, 20, 79, 200]) func noLineIsWiderThanTheTerminalIfItCanBeHelped(width: Int) {
    var table = Table(["ONE", "TWO", "THREE"])
    table.add(["aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "日本語日本語日本語日本語"])
    let widest = table.render(width: width).split(separator: "\n").map { TextWidth.of(String($0)) }.max() ?? 0
    #expect(widest <= max(width, 3 * 6 + 2 * 2))
  }
}
