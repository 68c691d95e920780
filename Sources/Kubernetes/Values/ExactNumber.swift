/// A decimal number as it is written, before it becomes a quantity: digits and a power of ten.
struct ExactNumber {
  /// At most 30 digits count: what a quantity can hold has 28.
  private var digits: Int128 = 0
  var exponent: Int
  private var isTooLong = false
  /// Whether digits other than zero were left out at the end, so that rounding away from zero still sees them.
  private var hasMore = false

  init(whole: some Sequence<UInt8>, fraction: some Collection<UInt8>) {
    exponent = 0
    var count = 0
    for byte in whole {
      guard count > 0 || byte != 0x30 else { continue }
      count += 1
      if count > 30 { isTooLong = true } else { digits = digits * 10 + Int128(byte - 0x30) }
    }
    for byte in fraction {
      if count < 30 {
        digits = digits * 10 + Int128(byte - 0x30)
        exponent -= 1
        if digits > 0 { count += 1 }
      } else if byte != 0x30 {
        hasMore = true
      }
    }
  }

  mutating func multiply(byPowerOf1024 power: Int) {
    for _ in 0..<power {
      // Trailing zeros of a fraction make room; what then does not fit is beyond any quantity.
      while digits != 0, digits % 10 == 0, exponent < 0 {
        digits /= 10
        exponent += 1
      }
      let (product, overflow) = digits.multipliedReportingOverflow(by: 1024)
      if overflow { isTooLong = true } else { digits = product }
    }
  }

  /// In billionths, rounded up; nil if that is over `largest`.
  func nanos(upTo largest: Int128) -> Int128? {
    if isTooLong { return nil }
    var value = digits
    var places = exponent + 9
    if value == 0 { return hasMore ? 1 : 0 }
    while places > 0 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow || product > largest { return nil }
      value = product
      places -= 1
    }
    var isRounded = hasMore
    while places < 0, value > 0 {
      if value % 10 != 0 { isRounded = true }
      value /= 10
      places += 1
    }
    return value <= largest ? (isRounded ? value + 1 : value) : nil
  }
}
