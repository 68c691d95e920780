import CoordinatorAPI
import Foundation
import Testing

@testable import MusterCommands

@Suite(.timeLimit(.minutes(1))) struct LineReaderTests {
  private func lines(of text: Data, maxLine: Int = 1 << 20) async throws -> [LineReader.Line] {
    try await withFolder { folder in
      try text.write(to: URL(filePath: folder + "/in"))
      var reader = try LineReader(path: folder + "/in", maxLine: maxLine)
      var lines: [LineReader.Line] = []
      repeat { while let line = try reader.buffered() { lines.append(line) } } while try await reader.fill()
      return lines
    }
  }

  @Test func numbersLinesAndKeepsBytes() async throws {
    let lines = try await lines(of: Data("a\n\n\u{0}b\r\nlast".utf8))
    #expect(lines.map(\.number) == [1, 2, 3, 4])
    #expect(lines.map { String(decoding: $0.text, as: UTF8.self) } == ["a", "", "\u{0}b\r", "last"])
    #expect(lines.map(\.isEmpty) == [false, true, false, false])
  }

  @Test func endsWithTheFile() async throws {
    #expect(try await lines(of: Data()).isEmpty)
    #expect(try await lines(of: Data("a\n".utf8)).count == 1)
    #expect(try await lines(of: Data("\r\n".utf8)).map(\.isEmpty) == [true])
  }

  @Test func joinsPieces() async throws {
    let long = String(repeating: "x", count: 300_000)
    let lines = try await lines(of: Data((1...5).map { "\($0)\(long)\n" }.joined().utf8))
    #expect(lines.map(\.text.count) == Array(repeating: 300_001, count: 5))
    #expect(lines.map { $0.text.first ?? 0 } == Array("12345".utf8))
  }

  @Test func refusesEndlessLines() async throws {
    let error = await #expect(throws: CommandError.self) {
      try await lines(of: Data(count: 3 << 20), maxLine: 1 << 20)
    }
    #expect(error?.message.hasPrefix("line 1 of ") == true)
    #expect(error?.message.hasSuffix("is longer than 1MiB") == true)
  }

  @Test func handsInWhatAPipeHasSoFar() async throws {
    let pipe = Pipe()
    let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
    var source = InputLines(
      try LineReader(path: path), name: BatchName(given: "n", kind: "k", inputs: "-"), recorded: RecordedLines())
    pipe.fileHandleForWriting.write(Data("a\nb\nc".utf8))
    #expect(try await source.next(10)?.map(\.line) == [1, 2])
    pipe.fileHandleForWriting.write(Data("d\n".utf8))
    #expect(try await source.next(10)?.map { String(decoding: $0.input, as: UTF8.self) } == ["cd"])
    try pipe.fileHandleForWriting.close()
    #expect(try await source.next(10) == nil)
  }

  @Test func givesUpASilentPipeWhenCancelled() async throws {
    let pipe = Pipe()
    let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
    let reader = try LineReader(path: path)
    let task = Task {
      var reader = reader
      return try await reader.fill()
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    try pipe.fileHandleForWriting.close()
  }

  @Test func countsItemsOfRegularFilesOnly() async throws {
    try await withFolder { folder in
      try write("a\n\nb\n\r\nc", to: folder + "/in")
      #expect(try await InputLines.count(path: folder + "/in") == 3)
      #expect(try await InputLines.count(path: "-") == nil)
      #expect(try await InputLines.count(path: "/dev/null") == nil)
    }
  }

  @Test func passesOverWhatIsRecorded() async throws {
    try await withFolder { folder in
      try write("a\nb\n\nc\n", to: folder + "/in")
      let name = BatchName(given: "n", kind: "k", inputs: "-")
      var recorded = RecordedLines()
      recorded.add(.init(line: 2, id: name.id(line: 2, input: Data("b".utf8)), state: .done), retries: false)
      recorded.add(.init(line: 4, id: name.id(line: 4, input: Data("old".utf8)), state: .done), retries: false)
      var source = InputLines(try LineReader(path: folder + "/in"), name: name, recorded: recorded)
      #expect(try await source.next(1)?.map(\.line) == [1])
      #expect(try await source.next(9)?.map(\.line) == [4])
      #expect(try await source.next(9) == nil)
    }
  }
}
