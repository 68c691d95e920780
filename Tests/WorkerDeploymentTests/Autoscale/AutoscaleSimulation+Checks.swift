import MusterCore
import Testing

@testable import WorkerDeployment

extension AutoscaleSimulation {
  /// Changes of the number of wanted workers.
  private var changes: [(at: Double, isUp: Bool)] {
    zip(steps, steps.dropFirst()).compactMap { before, after in
      before.wanted == after.wanted ? nil : (after.at, after.wanted > before.wanted)
    }
  }

  /// What has to be true of every run, whatever comes.
  func expectSound(_ name: String) {
    let settings = planner.settings
    #expect(killedWithTasks.isEmpty, "\(name): workers were deleted with a task in hand")
    #expect(steps.allSatisfy { $0.wanted <= settings.maximum }, "\(name): more than the maximum")
    #expect(steps.allSatisfy { $0.pods <= settings.cap }, "\(name): more pods than the hard cap")
    expectCalm(name)
  }

  /// No oscillation. A raise to v at a time t is a need of v at t, which stays in the window for fewer until t + window; so
  /// the number does not fall below v before. Up and down again therefore take a window at least, and an hour sees no more
  /// than two turns for each window in it, one more for where the hour begins.
  ///
  /// Over several pools the sum may go up in one while it goes down in another, for the bound is one of each pool.
  private func expectCalm(_ name: String) {
    let window = planner.settings.downWindow.seconds
    let bound = pools.count * (2 * Int((3600 / window).rounded(.up)) + 1)
    let turns = zip(changes, changes.dropFirst()).filter { $0.isUp != $1.isUp }
    var first = 0
    var most = 0
    for (index, turn) in turns.enumerated() {
      while turn.1.at - turns[first].1.at > 3600 { first += 1 }
      most = max(most, index - first + 1)
    }
    #expect(most <= bound, "\(name): \(most) turns within an hour")
    if pools.count == 1 {
      let early = turns.filter { $0.0.isUp && !$0.1.isUp && $0.1.at - $0.0.at < window }
      #expect(early.isEmpty, "\(name): workers were sent away \(early.count) times within the window after they came")
    }
  }

  /// What is wanted is what was needed or busy at some time in the last window, cooldown, and the few looks that draining
  /// takes: idle capacity is bounded by that, and does not stay.
  func expectNoIdleCapacity(_ name: String) {
    let settings = planner.settings
    let reach = Int((settings.downWindow.seconds + settings.downCooldown.seconds) / tick) + 6
    var worst = 0
    for index in steps.indices.dropFirst(reach) {
      let justified = steps[(index - reach)...index].reduce(settings.minimum) {
        max($0, min($1.needed, settings.maximum), $1.busy)
      }
      worst = max(worst, steps[index].wanted - justified)
    }
    #expect(worst == 0, "\(name): \(worst) workers were had that nothing needed")
  }

  /// Seconds that the given share of tasks waited at most.
  func wait(_ share: Double) -> Double {
    let sorted = waits.sorted()
    return sorted.isEmpty ? 0 : sorted[min(Int(share * Double(sorted.count)), sorted.count - 1)]
  }
}
