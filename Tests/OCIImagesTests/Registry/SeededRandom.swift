/// Random numbers that are the same in every run (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// The text with a few bytes changed, left out, doubled or put in.
  mutating func mutated(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &self) {
      let place = Int.random(in: 0...bytes.count, using: &self)
      switch Int.random(in: 0..<4, using: &self) {
      case 0: bytes.insert(UInt8.random(in: 0...255, using: &self), at: place)
      case 1 where place < bytes.count: bytes.remove(at: place)
      case 2 where place < bytes.count: bytes[place] = UInt8(ascii: Self.signs.randomElement(using: &self) ?? " ")
      default: bytes += bytes.suffix(bytes.count - place)
      }
      if bytes.count > 5000 { bytes.removeLast(bytes.count - 5000) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let signs: [Unicode.Scalar] = [
    "/", ":", "@", ".", "-", "\"", ",", "=", "<", ">", ";", "\\", "[", "]", "0", "A",
  ]
}
