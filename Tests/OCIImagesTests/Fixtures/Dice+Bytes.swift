import SeededDice

extension Dice {
  /// Many bytes at little cost: a random block of an odd length, again and again.
  mutating func bytes(_ count: Int) -> [UInt8] {
    let block = (0..<16_381).map { _ in UInt8.random(in: 0...99, using: &self) }
    var result: [UInt8] = []
    result.reserveCapacity(count + block.count)
    while result.count < count { result += block }
    result.removeLast(result.count - count)
    return result
  }
}
