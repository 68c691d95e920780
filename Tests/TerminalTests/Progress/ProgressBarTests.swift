import Synchronization
import Testing

@testable import Terminal

@Suite struct ProgressBarTests {
  /// A clock in a box, in milliseconds.
  private final class Clock: Sendable {
    private let milliseconds = Mutex(0)
    func advance(_ by: Int) { milliseconds.withLock { $0 += by } }
    var now: Duration { .milliseconds(milliseconds.withLock { $0 }) }
  }

  private let clock = Clock()

  private func bar(_ messages: TerminalStream, _ mode: OutputMode = .table) -> ProgressBar {
    let clock = clock
    return ProgressBar(Output(mode: mode, results: .memory(), messages: messages), now: { clock.now })
  }

  @Test func aTerminalIsDrawnAtMostTenTimesASecond() {
    let screen = TerminalStream.memory(isTerminal: true)
    let bar = bar(screen)
    for done in 0..<1000 {
      bar.update(ProgressCounts(done: done, total: 1000))
      clock.advance(1)
    }
    #expect(screen.contents.count(where: { $0 == "\r" }) == 10)
  }

  @Test func theLastChangeOfABurstIsShownByTheTick() {
    let screen = TerminalStream.memory(isTerminal: true)
    let bar = bar(screen)
    bar.update(ProgressCounts(done: 1, total: 10))
    bar.update(ProgressCounts(done: 7, total: 10))
    #expect(!screen.contents.contains("7/10"))
    clock.advance(100)
    bar.tick()
    #expect(screen.contents.contains("7/10"))
  }

  @Test func finishTakesTheLineAwayAndSaysTheLastWordOnce() {
    let screen = TerminalStream.memory(isTerminal: true)
    let bar = bar(screen)
    bar.update(ProgressCounts(done: 1, total: 2))
    clock.advance(1000)
    bar.update(ProgressCounts(done: 2, total: 2))
    bar.finish()
    bar.finish()
    bar.update(ProgressCounts(done: 9, total: 9))
    #expect(screen.contents.hasSuffix("\r\u{1B}[K100% 2/2  done 2  failed 0  1.0/s  in 1 s\n"))
  }

  @Test func aLogGetsALineEveryTenSecondsOrTenPercent() {
    let log = TerminalStream.memory()
    let bar = bar(log)
    for done in 0...100 {
      bar.update(ProgressCounts(done: done, total: 1000))
      clock.advance(250)
    }
    // 25 s: at the start and after 10 and 20 s; ten percent come only at the end.
    #expect(log.contents.split(separator: "\n").count == 4)
    for done in 101...300 {
      bar.update(ProgressCounts(done: done, total: 1000))
      clock.advance(20)
    }
    // 4 s more bring 20 % and 30 %.
    #expect(log.contents.split(separator: "\n").count == 6)
    #expect(!log.contents.contains("\r"))
  }

  @Test func aLogDoesNotSayTheEndTwice() {
    let log = TerminalStream.memory()
    let bar = bar(log)
    for done in 0...2 {
      bar.update(ProgressCounts(done: done, total: 2))
      clock.advance(20_000)
    }
    bar.finish()
    #expect(
      log.contents.split(separator: "\n") == [
        "  0% 0/2  running 0", " 50% 1/2  running 0  0.05/s  ETA 20 s", "100% 2/2  done 2  failed 0  0.03/s  in 1m",
      ])
  }

  @Test func quietIsQuietAndJSONInAPipeToo() {
    for (mode, stream) in [(OutputMode.quiet, TerminalStream.memory(isTerminal: true)), (.json, .memory())] {
      let bar = bar(stream, mode)
      bar.update(ProgressCounts(done: 1, total: 2))
      bar.finish()
      #expect(stream.contents == "")
    }
  }
}
