/// Makes damaged texts from good ones, the same for the same seed: cut, doubled, swapped and replaced bytes.
struct ByteMutator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// SplitMix64 by Steele, Lea and Flood.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// One to four changes; `alphabet` are bytes that mean something to the parser.
  mutating func mutated(_ text: String, alphabet: String) -> [UInt8] {
    var bytes = Array(text.utf8)
    let meaningful = Array(alphabet.utf8)
    for _ in 0...Int.random(in: 0...3, using: &self) {
      let place = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &self)
      let byte = meaningful.randomElement(using: &self) ?? 0
      switch Int.random(in: 0..<6, using: &self) {
      case 0: bytes.insert(byte, at: place)
      case 1 where !bytes.isEmpty: bytes[place] = byte
      case 2 where !bytes.isEmpty: bytes.remove(at: place)
      case 3: bytes = Array(bytes[..<place])
      case 4 where !bytes.isEmpty:
        let end = Int.random(in: place..<bytes.count, using: &self)
        bytes.insert(contentsOf: bytes[place...end], at: place)
      case 5 where !bytes.isEmpty: bytes[place] = UInt8.random(in: 0...255, using: &self)
      default: break
      }
      if bytes.count > 4096 { bytes = Array(bytes.prefix(4096)) }
    }
    return bytes
  }
}
