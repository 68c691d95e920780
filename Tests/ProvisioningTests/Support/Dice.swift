/// Random numbers that are the same for the same seed (SplitMix64 by Steele, Lea and Flood).
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func one<Element>(of choices: [Element]) -> Element { choices[number(below: choices.count)] }
  mutating func number(below bound: Int) -> Int { Int(next() % UInt64(bound)) }
  mutating func chance(_ percent: Int) -> Bool { number(below: 100) < percent }

  /// The text with one to four bytes cut, doubled, swapped or replaced.
  mutating func damaged(_ text: String, alphabet: String) -> [UInt8] {
    var bytes = Array(text.utf8)
    let marks = Array(alphabet.utf8)
    for _ in 0...number(below: 4) {
      let place = number(below: bytes.count + 1)
      switch number(below: 5) {
      case 0: bytes.insert(one(of: marks), at: place)
      case 1 where place < bytes.count: bytes[place] = one(of: marks)
      case 2 where place < bytes.count: bytes.remove(at: place)
      case 3 where place < bytes.count:
        let part = bytes[place..<(place + 1 + number(below: bytes.count - place))]
        bytes.insert(contentsOf: part, at: place)
      case 4 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: next())
      default: break
      }
    }
    return Array(bytes.prefix(8192))
  }
}
