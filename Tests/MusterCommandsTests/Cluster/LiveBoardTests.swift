import MusterCore
import Terminal
import Testing

@testable import MusterCommands

@Suite(.timeLimit(.minutes(1))) struct LiveBoardTests {
  private let time = ManualTime()

  private func board(_ messages: TerminalStream, _ mode: OutputMode = .table) -> LiveBoard {
    LiveBoard(
      Output(mode: mode, results: .memory(), messages: messages), MachineBoard([("m1", 1), ("m2", 1)]), time: time)
  }

  /// What happens on both machines: one is done, one fails with a word that a terminal would obey.
  private func work(_ board: LiveBoard) {
    board.begin("m1", phase: "prepare", what: "makes folders")
    board.begin("m2", phase: "prepare", what: "makes folders")
    board.end("m1", .done)
    board.end("m2", .failed(why: "\u{1B}[2Jno\nroom"))
  }

  @Test("a terminal is redrawn ten times a second, and at the end the last words stay")
  func terminal() async throws {
    let screen = TerminalStream.memory(isTerminal: true)
    let board = board(screen)
    try await board.shown {
      try await until { time.sleeperCount == 1 }
      let drawn = screen.contents
      for _ in 0..<100 { board.begin("m1", phase: "prepare", what: "makes folders") }
      #expect(screen.contents == drawn)
      time.advance(by: .milliseconds(100))
      try await until { screen.contents.contains("m1  prepare  0/1  0 s  makes folders") }
      work(board)
    }
    #expect(
      screen.contents.hasSuffix(
        "\r\u{1B}[1A\u{1B}[Jm1  done    1/1  100 ms\nm2  failed  0/1    0 ms  \\u{1B}[2Jno\\nroom\n"))
    #expect(screen.contents.contains("\u{1B}[2J") == false)
  }

  @Test("the board goes away when the work throws, too")
  func failing() async throws {
    let screen = TerminalStream.memory(isTerminal: true)
    let board = board(screen)
    await #expect(throws: CancellationError.self) {
      try await board.shown {
        try await until { time.sleeperCount == 1 }
        throw CancellationError()
      }
    }
    #expect(screen.contents.hasSuffix("\u{1B}[Jm1  not begun  0/1\nm2  not begun  0/1\n"))
  }

  @Test("a log gets plain lines as it happens, and no escapes")
  func log() async {
    let log = TerminalStream.memory()
    let board = board(log)
    await board.shown { work(board) }
    #expect(
      log.contents == "m1: prepare\nm2: prepare\nm1: done in 0 ms\nm2: failed: \\u{1B}[2Jno\\nroom\n")
  }

  @Test("quiet is quiet, and so is JSON without a terminal")
  func silent() async {
    for (mode, stream) in [(OutputMode.quiet, TerminalStream.memory(isTerminal: true)), (.json, .memory())] {
      let board = board(stream, mode)
      await board.shown { work(board) }
      #expect(stream.contents == "")
    }
  }
}
