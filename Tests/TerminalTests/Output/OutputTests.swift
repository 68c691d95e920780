import Testing

@testable import Terminal

@Suite struct OutputTests {
  private struct Item: Encodable {
    var id: String
    var count: Int
    var path = "a/b"
  }

  private let results = TerminalStream.memory()
  private let messages = TerminalStream.memory()

  private func output(_ mode: OutputMode) -> Output { Output(mode: mode, results: results, messages: messages) }

  private func render(_ mode: OutputMode, _ items: [Item]) throws {
    var table = Table(["ID", Column("COUNT", .right)], whenEmpty: "There are no items.")
    for item in items { table.add([Cell(item.id), Cell("\(item.count)")]) }
    try output(mode).render(items, table: table, ids: items.map(\.id))
  }

  @Test func tableIsForPeople() throws {
    try render(.table, [Item(id: "a", count: 1)])
    #expect(results.contents == "ID  COUNT\na       1\n")
    #expect(messages.contents == "")
  }

  @Test func jsonHasSortedKeysOnOneLineInAPipe() throws {
    try render(.json, [Item(id: "ä", count: 1)])
    #expect(results.contents == "[{\"count\":1,\"id\":\"ä\",\"path\":\"a/b\"}]\n")
  }

  @Test func jsonIsPrettyOnATerminal() throws {
    let screen = TerminalStream.memory(isTerminal: true)
    let output = Output(mode: .json, results: screen, messages: messages)
    try output.render(Item(id: "a", count: 1), table: Table([]), ids: [])
    #expect(screen.contents == "{\n  \"count\" : 1,\n  \"id\" : \"a\",\n  \"path\" : \"a/b\"\n}\n")
  }

  @Test func jsonHoldsNothingThatATerminalObeys() throws {
    try output(.json).render("\u{1B}[2J\u{9B}2J\u{202E}\u{E0041}\u{7F}é", table: Table([]), ids: [])
    #expect(results.contents == "\"\\u001b[2J\\u009b2J\\u202e\\udb40\\udc41\\u007fé\"\n")
  }

  @Test func jsonRefusesWhatIsNoNumber() {
    let error = #expect(throws: TerminalError.self) { try output(.json).render(Double.nan, table: Table([]), ids: []) }
    #expect(error?.code == .notEncodable)
  }

  @Test func quietIsIdsAndAHostileOneStaysOneLine() throws {
    try render(.quiet, [Item(id: "a", count: 1), Item(id: "b\nrm -rf", count: 2)])
    #expect(results.contents == "a\nb\\nrm -rf\n")
  }

  @Test func nothingIsSaidOnStandardErrorOnly() throws {
    try render(.table, [])
    #expect(results.contents == "")
    #expect(messages.contents == "There are no items.\n")
    try render(.quiet, [])
    try render(.json, [])
    #expect(results.contents == "[]\n")
  }

  @Test func aStreamOfResultsIsALineEach() throws {
    for mode in OutputMode.allCases { try output(mode).renderLine(Item(id: "a", count: 1), text: "a did 1", id: "a") }
    #expect(results.contents == "a did 1\n{\"count\":1,\"id\":\"a\",\"path\":\"a/b\"}\na\n")
  }

  @Test func aPayloadIsUntouchedInAPipeAndHarmlessOnATerminal() throws {
    let bytes: [UInt8] = [0x1B, 0x5B, 0x32, 0x4A, 0x0A, 0xFF]
    let folder = TerminalStream.memory()
    try Output(mode: .json, results: folder, messages: messages).payload(bytes)
    #expect(folder.bytes == bytes)
    let screen = TerminalStream.memory(isTerminal: true)
    try Output(results: screen, messages: messages).payload(bytes)
    #expect(screen.contents == "\\u{1B}[2J\n\u{FFFD}")
  }

  @Test func notesAreForPeopleOnly() {
    for mode in OutputMode.allCases { output(mode).note("hello\n") }
    #expect(messages.contents == "hello\\n\n")
  }

  @Test func warningsAreForEverybody() {
    for mode in OutputMode.allCases { output(mode).warning("careful") }
    #expect(messages.contents == "warning: careful\n{\"warning\":{\"message\":\"careful\"}}\nwarning: careful\n")
  }

  @Test func anErrorIsOneLine() {
    output(.quiet).failure(code: "bad", message: "it broke\u{1B}[2J", details: ["a": "b"])
    #expect(messages.contents == "error: it broke\\u{1B}[2J\n")
  }

  @Test func severalProblemsAreIndented() {
    output(.table).failure(code: "bad", message: "one\ntwo")
    #expect(messages.contents == "error: one\n  two\n")
  }

  @Test func anErrorInJSONHasCodeAndDetails() {
    output(.json).failure(code: "bad_thing", message: "it broke", details: ["b": "2", "a": "1"])
    #expect(
      messages.contents
        == "{\"error\":{\"code\":\"bad_thing\",\"details\":{\"a\":\"1\",\"b\":\"2\"},\"message\":\"it broke\"}}\n")
    #expect(results.contents == "")
  }

  @Test func coloursOnlyWhereTheStreamHasThem() throws {
    let screen = TerminalStream.memory(isTerminal: true, hasColours: true)
    Output(results: results, messages: screen).failure(code: "bad", message: "it broke")
    #expect(screen.contents == "\u{1B}[31merror:\u{1B}[0m it broke\n")
  }

  @Test func resultsDoNotRunIntoALiveLine() throws {
    let screen = TerminalStream.memory(isTerminal: true)
    let output = Output(results: TerminalStream.memory(isTerminal: true), messages: screen)
    screen.setLiveLine("50%")
    try output.line("result")
    #expect(screen.contents == "\r50%\u{1B}[K" + "\r\u{1B}[K" + "50%")
  }
}
