import Terminal
import Testing

@Suite struct ProgressStateTests {
  @Test func rateIsThatOfTheLastHalfMinute() {
    var state = ProgressState()
    for second in 0...100 {
      // Ten a second for the first minute, then one a second.
      let done = second <= 60 ? second * 10 : 600 + (second - 60)
      state.observe(ProgressCounts(done: done, total: 1000), now: .seconds(second))
    }
    let rate = state.rate(now: .seconds(100))
    #expect(rate.map { (0.9...1.5).contains($0) } == true)
    #expect(state.average(now: .seconds(100)) == 6.4)
  }

  @Test func whatWasDoneBeforeDoesNotCount() {
    var state = ProgressState()
    state.observe(ProgressCounts(done: 900, total: 1000), now: .seconds(5))
    state.observe(ProgressCounts(done: 910, total: 1000), now: .seconds(10))
    #expect(state.rate(now: .seconds(10)) == 2)
    #expect(state.remaining(now: .seconds(10)) == .seconds(45))
    #expect(state.elapsed(now: .seconds(10)) == .seconds(5))
  }

  @Test func aStallShows() {
    var state = ProgressState()
    state.observe(ProgressCounts(done: 0, total: 100), now: .seconds(0))
    state.observe(ProgressCounts(done: 50, total: 100), now: .seconds(1))
    for second in 2...60 { state.observe(ProgressCounts(done: 50, total: 100), now: .seconds(second)) }
    #expect(state.rate(now: .seconds(60)) == 0)
    #expect(state.remaining(now: .seconds(60)) == nil)
  }

  @Test func percentIsHundredOnlyAtTheEnd() {
    func percent(_ finished: Int, _ total: Int?) -> Int? {
      var state = ProgressState()
      state.observe(ProgressCounts(done: finished, total: total), now: .zero)
      return state.percent
    }
    #expect(percent(999_999, 1_000_000) == 99)
    #expect(percent(1_000_000, 1_000_000) == 100)
    #expect(percent(0, 0) == 100)
    #expect(percent(3, nil) == nil)
    #expect(percent(5, 3) == 100)
  }

  @Test func nothingIsSaidBeforeThereIsSomethingToSay() {
    let state = ProgressState()
    #expect(state.rate(now: .seconds(5)) == nil)
    #expect(state.remaining(now: .seconds(5)) == nil)
    #expect(state.elapsed(now: .seconds(5)) == .zero)
  }
}
