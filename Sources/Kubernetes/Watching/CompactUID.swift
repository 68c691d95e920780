/// A uid in 16 bytes: caches hold one for each object. Servers use UUIDs; of anything else, a hash is kept.
struct CompactUID: Hashable, Sendable {
  private let high: UInt64
  private let low: UInt64

  init(_ text: String?) {
    var high: UInt64 = 0
    var low: UInt64 = 0
    var digits = 0
    for byte in (text ?? "").utf8 where byte != UInt8(ascii: "-") {
      guard let digit = Self.digit(byte), digits < 32 else {
        (self.high, self.low) = Self.hashes(of: text ?? "")
        return
      }
      high = high << 4 | low >> 60
      low = low << 4 | digit
      digits += 1
    }
    self.high = high
    self.low = low
  }

  /// Two rounds of FNV-1a with different seeds.
  private static func hashes(of text: String) -> (UInt64, UInt64) {
    var high: UInt64 = 0xcbf2_9ce4_8422_2325
    var low: UInt64 = 0x8422_2325_cbf2_9ce4
    for byte in text.utf8 {
      high = (high ^ UInt64(byte)) &* 0x100_0000_01b3
      low = (low ^ UInt64(byte) ^ 0xff) &* 0x100_0000_01b3
    }
    return (high, low)
  }

  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
