import MusterCore
import SeededDice
import Testing

@testable import WorkerDeployment

@Suite("Autoscaling of a simulated cluster", .timeLimit(.minutes(5)))
struct AutoscaleSimulationTests {
  func settings(_ maximum: Int, window: Duration = .seconds(600), tick: Double = 10) -> AutoscaleSettings {
    var settings = AutoscaleSettings(maximum: maximum)
    settings.drainWindow = window
    settings.period = .seconds(tick)
    settings.stalePatience = .seconds(tick * 3)
    return settings
  }

  func one(_ maximum: Int, nodes: Int = 10_000, startUp: ClosedRange<Double> = 2...40) -> [SimulatedPool] {
    [SimulatedPool(AutoscalePool("a", maximum: maximum), nodes: nodes, startUp: startUp)]
  }

  @Test(
    "Recorded jobs are worked off without oscillation, and no worker goes with a task in hand",
    arguments: [0, 0.4, 0.8])
  func jobs(from share: Double) throws {
    let arrivals = RecordedArrivals.slice(RecordedArrivals.jobs(), from: share, hours: 24, longest: 7200)
    #expect(arrivals.count > 30)
    var settings = settings(256, tick: 20)
    settings.hardCap = 300
    var run = try AutoscaleSimulation(settings, one(256))
    run.tick = 20
    run.run(arrivals, rest: 9000)
    run.expectSound("jobs")
    run.expectNoIdleCapacity("jobs")
    #expect(run.steps.last?.wanted == 0 && run.queued == 0)
    // A task waits for the window, for a worker to start, and for the looks in between. Run times differ by four orders of
    // magnitude here, so that the mean of what has ended says little of what is to come: it holds for nearly all.
    #expect(run.wait(0.95) <= 600 + 40 + 60, "\(run.wait(0.95))")
  }

  @Test("Recorded pods of two kinds are worked off by two pools", arguments: [0.2, 0.6, 0.98])
  func pods(from share: Double) throws {
    let arrivals = RecordedArrivals.slice(RecordedArrivals.pods(), from: share, hours: 24, longest: 7200)
    var run = try AutoscaleSimulation(
      settings(300, tick: 20),
      [
        SimulatedPool(AutoscalePool("gpu", maximum: 250, kinds: ["gpu"]), nodes: 300, startUp: 5...60),
        SimulatedPool(AutoscalePool("cpu", namespace: "b", maximum: 100, slots: 4), nodes: 300, startUp: 2...20),
      ])
    run.tick = 20
    run.run(arrivals, rest: 9000)
    run.expectSound("pods")
    #expect(run.steps.last?.wanted == 0 && run.queued == 0)
    #expect(run.wait(0.95) <= 600 + 60 + 60, "\(run.wait(0.95))")
  }

  @Test("What the maximum allows is begun within the drain window, start-up and one run time", arguments: 1...5)
  func window(seed: Int) throws {
    var random = Dice(seed: UInt64(seed))
    let runTime = Double.random(in: 5...300, using: &random)
    let arrivals = Self.bursts(&random, hours: 6) { _ in runTime }
    var run = try AutoscaleSimulation(settings(5000), one(5000), seed: UInt64(seed))
    run.run(arrivals, rest: 3600)
    run.expectSound("seed \(seed)")
    run.expectNoIdleCapacity("seed \(seed)")
    // In the order of arrival, a task has no more before it than the workers then asked for do within the window; until one
    // run time has ended, the assumption of 60 s decides, which is too low for a longer one by runTime ÷ 60.
    let doubt = max(1, runTime / 60)
    let early = run.waits.prefix(while: { $0 <= (600 + 40 + 40 + runTime) * doubt })
    #expect(early.count == run.waits.count)
    #expect(run.wait(0.9) <= 600 + 40 + 40 + runTime, "\(run.wait(0.9)) with \(runTime)")
    #expect(run.waits.count == arrivals.count && run.queued == 0 && run.steps.last?.wanted == 0)
  }

  @Test("With few nodes, pending workers are asked for once: the number does not run away", arguments: 1...3)
  func nodes(seed: Int) throws {
    var random = Dice(seed: UInt64(seed) &* 77)
    let arrivals = Self.bursts(&random, hours: 4) { .random(in: 10...600, using: &$0) }
    var settings = settings(100)
    settings.minimum = seed % 3
    var run = try AutoscaleSimulation(settings, one(100, nodes: 7), seed: UInt64(seed))
    run.run(arrivals, rest: 7200)
    run.expectSound("seed \(seed)")
    let most = run.steps.map(\.needed).max() ?? 0
    #expect(run.steps.allSatisfy { $0.wanted <= max(most, settings.minimum) })
    #expect(run.steps.contains { $0.reason == .pending })
    #expect(run.steps.filter { $0.pods > 7 }.count > 0, "no pod was ever pending, so nothing was tested")
  }

  @Test("Crashes, silences and lost decisions: nothing unsafe happens, and the work gets done", arguments: 1...5)
  func failures(seed: Int) throws {
    var random = Dice(seed: UInt64(seed) &* 991)
    let arrivals = Self.bursts(&random, hours: 4) { .random(in: 5...200, using: &$0) }
    var settings = settings(40)
    settings.hardCap = 44
    settings.upWindow = seed % 2 == 0 ? .seconds(30) : .zero
    var run = try AutoscaleSimulation(
      settings,
      [
        SimulatedPool(AutoscalePool("a", maximum: 20, slots: 2), nodes: 12, startUp: 2...30),
        SimulatedPool(AutoscalePool("b", namespace: "b", maximum: 40), nodes: 50, startUp: 2...60),
      ], seed: UInt64(seed))
    run.crashes = 3600
    run.silences = [1000...1200, 5000...6500]
    run.lostDecisions = 0.2
    run.run(arrivals, rest: 4 * 3600)
    run.expectSound("seed \(seed)")
    let silent = run.steps.filter { step in
      run.silences.contains { $0.lowerBound + 40 < step.at && step.at <= $0.upperBound }
    }
    #expect(silent.allSatisfy { $0.reason == .blind } && Set(silent.filter { $0.at < 2000 }.map(\.wanted)).count == 1)
    #expect(run.queued == 0 && run.steps.last?.wanted == 0)
  }

  @Test("Under an even load the number of workers rests")
  func steady() throws {
    var random = Dice(seed: 5)
    var at = 0.0
    let arrivals = (0..<4000).map { _ in
      at += random.exponential(mean: 5)
      return Arrival(at: at, kind: "block", runTime: 100)
    }
    var run = try AutoscaleSimulation(settings(200), one(200))
    run.run(arrivals, rest: 1000)
    run.expectSound("even")
    let settled = run.steps.filter { $0.at > 3600 && $0.at < at }
    #expect(settled.map(\.wanted).max() ?? 0 <= 2 * (settled.map(\.wanted).min() ?? 0) && !settled.isEmpty)
  }

  /// Bursts of tasks at random times.
  static func bursts(
    _ random: inout Dice, hours: Double, runTime: (inout Dice) -> Double
  ) -> [Arrival] {
    var arrivals: [Arrival] = []
    var at = 0.0
    while at < hours * 3600 {
      at += random.exponential(mean: 900)
      for _ in 0..<Int.random(in: 1...80, using: &random) {
        at += random.exponential(mean: 2)
        arrivals.append(Arrival(at: at, kind: "block", runTime: runTime(&random)))
      }
    }
    return arrivals
  }
}
