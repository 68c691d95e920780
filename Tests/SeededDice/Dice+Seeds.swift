import Foundation

/// Seeds that are new in each run, but for the one in `MUSTER_SEED`, which repeats a run.
extension Dice {
  /// Dice whose seed is printed beside the test's name as the test begins.
  public init(announcedBy test: String) {
    self.init(seed: Self.givenSeed ?? UInt64.random(in: 0...UInt64.max))
    print("\(test): \(self)")
  }

  /// Those of a random test: of the seed in `MUSTER_SEED`, or of two seeds that stay and some new ones.
  public static func forThisRun(fresh: Int = 2) -> [Dice] {
    if let given = givenSeed { return [Dice(seed: given)] }
    return [1, 2].map(Dice.init(seed:)) + (0..<fresh).map { _ in Dice(seed: UInt64.random(in: 1...UInt64(UInt32.max))) }
  }

  private static var givenSeed: UInt64? {
    ProcessInfo.processInfo.environment["MUSTER_SEED"].flatMap { UInt64($0) }
  }
}
