import MusterCore
import Testing

@Suite struct DrainEstimateTests {
  @Test(
    "Work left over the time for it, at least one and no more than there are tasks",
    arguments: [
      (0, 60.0, 600.0, 0), (-1, 60, 600, 0), (1, 0, 600, 1), (1, 86_400, 600, 1), (100, 60, 600, 10),
      (101, 60, 600, 11),
      (5, 3600, 600, 5), (10, 60, 0, 10), (.max, 1e12, 1, DrainEstimate.limit),
    ])
  func lanes(tasks: Int, runTime: Double, window: Double, lanes: Int) {
    #expect(DrainEstimate.lanes(tasks: tasks, runTime: .seconds(runTime), window: .seconds(window)) == lanes)
  }

  @Test("Little measured counts for little")
  func runTime() {
    func mean(_ count: Int) -> Duration {
      DrainEstimate.runTime(measured: .seconds(10), count: count, assumed: .seconds(50))
    }
    #expect(mean(0) == .seconds(50) && mean(-1) == .seconds(50))
    #expect(mean(3) == .seconds(30))
    #expect(mean(1_000_000) < .seconds(10.001) && mean(.max) >= .seconds(10))
  }
}
