import Testing

@testable import Terminal

@Suite struct ProgressLineTests {
  private func state() -> ProgressState {
    var state = ProgressState()
    state.observe(ProgressCounts(total: 1000), now: .zero)
    state.observe(ProgressCounts(done: 445, failed: 5, running: 8, total: 1000), now: .seconds(10))
    return state
  }

  @Test func liveLine() {
    #expect(
      ProgressLine.live(state(), width: 79, now: .seconds(10))
        == "[##########-------------]  45% 450/1,000  failed 5  running 8  45.0/s  ETA 13 s")
  }

  @Test func theBarGoesFirstInANarrowTerminal() {
    #expect(
      ProgressLine.live(state(), width: 60, now: .seconds(10))
        == " 45% 450/1,000  failed 5  running 8  45.0/s  ETA 13 s")
    #expect(ProgressLine.live(state(), width: 20, now: .seconds(10)) == " 45% 450/1,000  fai…")
  }

  @Test(arguments: 1...200) func neverWiderThanTheTerminal(width: Int) {
    #expect(TextWidth.of(ProgressLine.live(state(), width: width, now: .seconds(10))) <= width)
  }

  @Test func plainLine() {
    #expect(
      ProgressLine.plain(state(), now: .seconds(10)) == " 45% 450/1,000  failed 5  running 8  45.0/s  ETA 13 s")
  }

  @Test func finalLine() {
    var state = state()
    state.observe(ProgressCounts(done: 995, failed: 5, total: 1000), now: .seconds(63))
    #expect(
      ProgressLine.final(state, now: .seconds(63)) == "100% 1,000/1,000  done 995  failed 5  15.9/s  in 1m 3s")
  }

  @Test func withoutATotalThereIsNoBarAndNoETA() {
    var state = ProgressState()
    state.observe(ProgressCounts(), now: .zero)
    state.observe(ProgressCounts(done: 20, running: 2), now: .seconds(10))
    #expect(ProgressLine.live(state, width: 79, now: .seconds(10)) == "20  running 2  2.0/s")
  }

  @Test func failuresAreRed() {
    #expect(
      ProgressLine.live(state(), width: 79, now: .seconds(10), colours: true).contains("\u{1B}[31mfailed 5\u{1B}[0m"))
  }
}
