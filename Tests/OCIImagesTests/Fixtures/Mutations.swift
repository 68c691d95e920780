/// Damages bytes in ways that are the same in each run.
struct Mutations: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  /// Many bytes at little cost: a random block of an odd length, again and again.
  mutating func bytes(_ count: Int) -> [UInt8] {
    let block = (0..<16_381).map { _ in UInt8.random(in: 0...99, using: &self) }
    var result: [UInt8] = []
    result.reserveCapacity(count + block.count)
    while result.count < count { result += block }
    result.removeLast(result.count - count)
    return result
  }

  /// Changes, cuts, doubles or inserts a few bytes.
  mutating func damage(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...4, using: &self) where !result.isEmpty {
      let place = Int.random(in: 0..<result.count, using: &self)
      switch Int.random(in: 0..<6, using: &self) {
      case 0: result[place] = UInt8.random(in: 0...255, using: &self)
      case 1: result[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      case 2: result.removeSubrange(place..<min(result.count, place + Int.random(in: 1...600, using: &self)))
      case 3: result.insert(contentsOf: result[place..<min(result.count, place + 512)], at: place)
      case 4: result.insert([0, 0xFF, 0x80, 0x20, 0x30, 0x7B, 0x5B, 0x22].randomElement(using: &self) ?? 0, at: place)
      default:
        for index in place..<min(result.count, place + 8) { result[index] = place % 2 == 0 ? 0xFF : 0 }
      }
    }
    return result
  }
}
