import MusterCore
import Provisioning
import Terminal
import Testing

@testable import MusterCommands

@Suite(.timeLimit(.minutes(1))) struct LiveBoardTests {
  private let time = ManualTime()

  private func action(_ machine: String) -> MachineAction {
    MachineAction(machine, .prepare, .reloadUnits, subject: "", what: "makes folders", why: "they are not there")
  }

  private func board(_ messages: TerminalStream, _ mode: OutputMode = .table) -> LiveBoard {
    LiveBoard(
      Output(mode: mode, results: .memory(), messages: messages),
      MachineBoard(ClusterPlan(actions: [action("m1"), action("m2")])), time: time)
  }

  /// What happens on both machines: one is done, one fails with words that a terminal would obey.
  private func work(_ board: LiveBoard) {
    board.take(.action(action("m1"), .begun))
    board.take(.action(action("m2"), .begun))
    board.take(.action(action("m1"), .done(took: .zero)))
    board.take(.action(action("m2"), .failed("\u{1B}[2Jno\nroom")))
  }

  @Test("a terminal is redrawn ten times a second, and at the end the last words stay")
  func terminal() async throws {
    let screen = TerminalStream.memory(isTerminal: true)
    let board = board(screen)
    board.begin()
    try await until { time.sleeperCount == 1 }
    let drawn = screen.contents
    for _ in 0..<100 { board.take(.action(action("m1"), .begun)) }
    #expect(screen.contents == drawn)
    time.advance(by: .milliseconds(100))
    try await until { screen.contents.contains("m1  prepare  0/1  0 s  makes folders") }
    work(board)
    board.finish()
    board.finish()
    board.take(.action(action("m1"), .begun))
    #expect(screen.contents.hasSuffix("\r\u{1B}[1A\u{1B}[Jm1  done    1/1  100 ms\nm2  failed  0/1    0 ms\n"))
    // The drawing ends with it.
    try await until { time.sleeperCount == 0 }
  }

  @Test("words of others do nothing to the screen")
  func hostile() async throws {
    let screen = TerminalStream.memory(isTerminal: true)
    let board = board(screen)
    work(board)
    board.begin()
    try await until { time.sleeperCount == 1 }
    board.finish()
    #expect(screen.contents.contains("m2  failed  0/1  0 ms  \\u{1B}[2Jno\\nroom"))
    #expect(!screen.contents.contains("\u{1B}[2J"))
  }

  @Test("a log gets plain lines as it happens, and no escapes")
  func log() {
    let log = TerminalStream.memory()
    let board = board(log)
    board.begin()
    work(board)
    board.finish()
    #expect(log.contents == "m1: prepare\nm2: prepare\nm1: done in 0 ms\nm2: failed: \\u{1B}[2Jno\\nroom\n")
    #expect(time.sleeperCount == 0)
  }

  @Test("quiet is quiet, and so is JSON without a terminal")
  func silent() {
    for (mode, stream) in [(OutputMode.quiet, TerminalStream.memory(isTerminal: true)), (.json, .memory())] {
      let board = board(stream, mode)
      board.begin()
      work(board)
      board.finish()
      #expect(stream.contents == "")
    }
  }
}
