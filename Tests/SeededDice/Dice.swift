/// Random numbers that are the same for the same seed, so that a failure can be seen again.
public struct Dice: RandomNumberGenerator, Sendable, CustomStringConvertible {
  public let seed: UInt64
  private var state: UInt64

  public init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// What a person sets to repeat the run.
  public var description: String { "MUSTER_SEED=\(seed)" }

  /// SplitMix64 by Steele, Lea and Flood.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  public mutating func roll(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }

  /// True in `percent` of a hundred cases.
  public mutating func chance(_ percent: Int) -> Bool { roll(0..<100) < percent }

  /// One of them, each as likely; there must be one.
  public mutating func one<Element>(of choices: [Element]) -> Element { choices[roll(0..<choices.count)] }
}
