import Testing

@testable import TaskModel

struct RunTimesTests {
  private func times(_ milliseconds: Double...) -> RunTimes {
    var times = RunTimes()
    for time in milliseconds { times.record(nanoseconds: UInt64(time * 1_000_000)) }
    return times
  }

  @Test func knowsNothingBeforeTheFirstEnd() {
    #expect(RunTimes().median == nil)
    #expect(RunTimes().prefetch(slots: 4) == 0)
  }

  @Test func oneSlowRunAmongFastOnesDoesNotCount() {
    #expect(times(1, 1, 5000, 1, 1).median == 1_000_000)
  }

  @Test func forgetsOldRuns() {
    var times = RunTimes()
    for _ in 0..<100 { times.record(nanoseconds: 1) }
    for _ in 0..<32 { times.record(nanoseconds: 500_000_000) }
    #expect(times.median == 500_000_000)
    #expect(times.prefetch(slots: 4) == 0)
  }

  @Test(arguments: [(0.001, 512), (1, 40), (5, 8), (20, 2), (50, 1), (100, 1), (100.001, 0), (3_600_000, 0)])
  func prefetchesForTwentyMillisecondsAndNothingForLongKinds(milliseconds: Double, expected: Int) {
    #expect(times(milliseconds).prefetch(slots: 2) == expected)
  }

  @Test func anySizeOfWorkerIsBounded() {
    #expect(times(0).prefetch(slots: 65_535) == RunTimes.largestPrefetch)
    #expect(times(0).prefetch(slots: 0) == 1)
  }
}
