/// Reads numbers and units off the front of a text, exactly: no floating point, so that `0.1` stays a tenth.
struct QuantityScanner {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = text[...].utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skipBlanks() {
    while let first = rest.first, first == 0x20 || first == 0x09 { rest = rest.dropFirst() }
  }

  /// A decimal number scaled by 10^9, or nil if there is none, or if it has over 9 decimals or is over 10^18.
  mutating func number() -> Nanos? {
    guard let whole = digits(), whole.count <= 18 else { return nil }
    var nanos = Nanos(whole: whole.value, billionths: 0)
    guard rest.first == UInt8(ascii: ".") else { return nanos }
    rest = rest.dropFirst()
    guard let fraction = digits(), fraction.count <= 9 else { return nil }
    nanos.billionths = fraction.value
    for _ in fraction.count..<9 { nanos.billionths *= 10 }
    return nanos
  }

  /// The letters up to the next digit, blank or end; may be empty.
  mutating func letters() -> String {
    let unit = rest.prefix { !(0x30...0x39).contains($0) && $0 != 0x20 && $0 != 0x09 && $0 != 0x2E }
    rest = rest.dropFirst(unit.count)
    return String(decoding: unit, as: UTF8.self)
  }

  private mutating func digits() -> (value: UInt64, count: Int)? {
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    guard digits.count <= 18 else { return (0, digits.count) }
    return (digits.reduce(0) { $0 * 10 + UInt64($1 - 0x30) }, digits.count)
  }

  /// A number with nine decimals.
  struct Nanos {
    var whole: UInt64
    var billionths: UInt64

    /// The number times `unit`, rounded down; nil if it does not fit.
    func scaled(by unit: UInt64) -> UInt64? {
      let (large, overflow) = whole.multipliedReportingOverflow(by: unit)
      if overflow { return nil }
      let (high, low) = billionths.multipliedFullWidth(by: unit)
      // The quotient fits: billionths is below 10^9.
      let (small, _) = UInt64(1_000_000_000).dividingFullWidth((high, low))
      let (sum, carried) = large.addingReportingOverflow(small)
      return carried ? nil : sum
    }
  }
}
