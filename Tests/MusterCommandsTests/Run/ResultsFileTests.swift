import CoordinatorAPI
import Foundation
import Testing

@testable import MusterCommands

@Suite struct ResultsFileTests {
  private let name = BatchName(given: "n", kind: "k", inputs: "-")

  private func line(_ number: UInt64, _ state: BatchOutcome.State, input: String = "x") -> String {
    let outcome = BatchOutcome(
      line: number, id: name.id(line: number, input: Data(input.utf8)), state: state, result: Data("r".utf8))
    return String(decoding: ResultLine.encode(outcome), as: UTF8.self)
  }
  private func id(_ number: UInt64, input: String = "x") -> String { name.id(line: number, input: Data(input.utf8)) }

  @Test func knowsWhatIsThere() async throws {
    try await withFolder { folder in
      let path = folder + "/out"
      try write(line(1, .done) + line(5, .failed) + line(2, .cancelled) + line(9, .rejected), to: path)
      let recorded = try await ResultsFile(path: path, retries: false).recorded
      #expect(recorded.match(line: 1, id: id(1)) == .done)
      #expect(recorded.match(line: 2, id: id(2)) == .unsuccessful)
      #expect(recorded.match(line: 5, id: id(5)) == .unsuccessful)
      #expect(recorded.match(line: 9, id: id(9)) == .none)
      #expect(recorded.match(line: 3, id: id(3)) == .none)
      #expect(recorded.match(line: 1, id: id(1, input: "changed")) == .changedDone)
      #expect(recorded.done == 1)
      #expect(recorded.unsuccessful == 2)
    }
  }

  @Test func takesFailuresAsOpenForARetry() async throws {
    try await withFolder { folder in
      let path = folder + "/out"
      try write(line(1, .done) + line(5, .failed) + line(2, .cancelled), to: path)
      let recorded = try await ResultsFile(path: path, retries: true).recorded
      #expect(recorded.match(line: 1, id: id(1)) == .done)
      #expect(recorded.match(line: 5, id: id(5)) == .none)
      #expect(recorded.unsuccessful == 0)
    }
  }

  @Test func theLastLineOfANumberCounts() async throws {
    try await withFolder { folder in
      let path = folder + "/out"
      try write(line(1, .failed) + line(1, .done) + line(2, .done) + line(2, .done, input: "new"), to: path)
      let recorded = try await ResultsFile(path: path, retries: false).recorded
      #expect(recorded.done == 2)
      #expect(recorded.unsuccessful == 0)
      #expect(recorded.match(line: 2, id: id(2, input: "new")) == .done)
      #expect(recorded.match(line: 2, id: id(2)) == .changedDone)
    }
  }

  @Test(arguments: [1, 20, 70, 71])
  func dropsATornLine(kept: Int) async throws {
    try await withFolder { folder in
      let path = folder + "/out"
      let whole = line(1, .done)
      let torn = String(line(2, .done).prefix(kept))
      try write(whole + torn, to: path)
      let file = try await ResultsFile(path: path, retries: false)
      #expect(try read(path) == whole)
      #expect(file.recorded.count == 1)
      try file.append([BatchOutcome(line: 2, id: id(2), state: .done)])
      #expect(try read(path).split(separator: "\n").count == 2)
    }
  }

  @Test func dropsATornLineThatIsAllThereIs() async throws {
    try await withFolder { folder in
      let path = folder + "/out"
      try write("{\"line\":1,\"id\":\"" + String(repeating: "x", count: 200_000), to: path)
      let file = try await ResultsFile(path: path, retries: false)
      #expect(file.recorded.count == 0)
      #expect(try read(path).isEmpty)
    }
  }

  @Test func refusesAFileOfSomethingElse() async throws {
    try await withFolder { folder in
      let path = folder + "/out"
      try write(line(1, .done) + "hello\n", to: path)
      let error = await #expect(throws: CommandError.self) { _ = try await ResultsFile(path: path, retries: false) }
      #expect(error?.message == "line 2 of '\(path)' is not a result of 'muster run'; name another file with --output")
      #expect(try read(path).hasSuffix("hello\n"))
    }
  }

  @Test func refusesASecondWriter() async throws {
    try await withFolder { folder in
      let path = folder + "/out"
      let first = try await ResultsFile(path: path, retries: false)
      let error = await #expect(throws: CommandError.self) { _ = try await ResultsFile(path: path, retries: false) }
      #expect(error?.message.contains("another 'muster run' is writing") == true)
      try first.append([])
    }
  }

  @Test func refusesAFolderThatIsNotThere() async throws {
    let error = await #expect(throws: CommandError.self) {
      _ = try await ResultsFile(path: "/nowhere/at/all", retries: false)
    }
    #expect(error?.code == .unwritableFile)
  }

  @Test func readsLargeFiles() async throws {
    try await withFolder { folder in
      let path = folder + "/out"
      try write((1...5000).map { line(UInt64($0), .done) }.joined(), to: path)
      #expect(try await ResultsFile(path: path, retries: false).recorded.count == 5000)
    }
  }
}
