import Foundation

/// Random numbers from a seed that is printed when a test that uses them begins; `MUSTER_SEED` repeats a run.
struct Dice: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64

  init(_ test: String) {
    let seed =
      ProcessInfo.processInfo.environment["MUSTER_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)
    self.init(seed: seed)
    print("\(test): MUSTER_SEED=\(seed)")
  }

  init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// True in `percent` of a hundred cases.
  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

  mutating func roll(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }
}
