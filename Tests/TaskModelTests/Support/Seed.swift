import Foundation

/// A generator of random numbers whose whole sequence follows from one number, so that a failure can be seen again.
struct Seed: RandomNumberGenerator, CustomStringConvertible {
  let number: UInt64
  private var state: UInt64

  init(_ number: UInt64) {
    self.number = number
    state = number
  }

  /// The seeds of a random test: the one in `MUSTER_SEED`, or two that stay and some new ones.
  static func forThisRun(fresh: Int = 2) -> [Seed] {
    if let text = ProcessInfo.processInfo.environment["MUSTER_SEED"], let number = UInt64(text) {
      return [Seed(number)]
    }
    return [1, 2].map(Seed.init) + (0..<fresh).map { _ in Seed(UInt64.random(in: 1...UInt64(UInt32.max))) }
  }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

  var description: String { "MUSTER_SEED=\(number)" }
}
