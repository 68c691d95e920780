import Foundation
import SeededDice

extension Dice {
  /// How long until the next of events that come at random, `mean` apart.
  mutating func exponential(mean: Double) -> Double { -mean * log(Double.random(in: 1e-12..<1, using: &self)) }
}
