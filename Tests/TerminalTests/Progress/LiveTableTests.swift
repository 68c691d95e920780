import Terminal
import Testing

@Suite struct LiveTableTests {
  private func table(_ count: Int, busy: Set<Int> = []) -> LiveTable {
    var table = LiveTable([Column("NAME", shrinks: false), Column("STATE", shrinks: false), Column("WHAT")])
    for number in 0..<count {
      let isBusy = busy.contains(number)
      table.add(
        ["m\(number)", Cell(isBusy ? "works" : "waits", style: .faint), isBusy ? "on something that takes long" : ""],
        rank: isBusy ? 0 : 1)
    }
    return table
  }

  @Test("rows stand in their order, without titles")
  func order() {
    #expect(
      table(2, busy: [1]).lines(width: 60, height: 2) == ["m0  waits", "m1  works  on something that takes long"])
  }

  @Test("on a screen with too few rows the busy ones come first, and the rest is counted")
  func tooMany() {
    #expect(
      table(1200, busy: [7, 900]).lines(width: 60, height: 4) == [
        "m7    works  on something that takes long", "m900  works  on something that takes long", "m0    waits",
        "and 1,197 more",
      ])
    #expect(table(3, busy: [2]).lines(width: 60, height: 1) == ["m2  works  on something that takes long"])
    #expect(table(3).lines(width: 60, height: 3).count == 3)
  }

  @Test("no line is wider than the screen, and no more lines than fit", arguments: 1...50)
  func fits(width: Int) {
    for (height, colours) in [(1, false), (3, true), (100, false)] {
      let lines = table(40, busy: [3, 5]).lines(width: width, height: height, colours: colours)
      #expect(lines.count == min(height, 40))
      #expect(lines.allSatisfy { TextWidth.of(Self.withoutColours($0)) <= width })
    }
  }

  @Test("wide characters count as two columns, and control characters are shown")
  func wide() {
    var table = LiveTable([Column("")])
    table.add(["機械機械\u{1B}[2J\n"])
    #expect(table.lines(width: 40, height: 1) == ["機械機械\\u{1B}[2J\\n"])
    #expect(table.lines(width: 6, height: 1) == ["機械…"])
  }

  private static func withoutColours(_ line: String) -> String { line.replacing(/\u{1B}\[[0-9]+m/, with: "") }
}
