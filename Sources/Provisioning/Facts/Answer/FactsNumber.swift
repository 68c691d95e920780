/// Reads numbers of an answer.
enum FactsNumber {
  /// A number of decimal digits and nothing else, below 10^18.
  static func decimal(_ text: String, _ what: String) throws(FactsFault) -> Int64 {
    guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int64(text)
    else { throw FactsFault("'\(text)' is no \(what)") }
    return number
  }

  /// A number that must fit a range.
  static func decimal(_ text: String, in range: ClosedRange<Int>, _ what: String) throws(FactsFault) -> Int {
    let number = try decimal(text, what)
    guard let whole = Int(exactly: number), range.contains(whole) else { throw FactsFault("'\(text)' is no \(what)") }
    return whole
  }

  /// A product that stays below 2^63, or nothing.
  static func product(_ a: Int64, _ b: Int64, _ what: String) throws(FactsFault) -> Int64 {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    guard !overflow else { throw FactsFault("there is no such \(what)") }
    return product
  }

  /// An address as the tables in `/proc/net` have it: hexadecimal, every group of four bytes with its lowest byte first.
  ///
  /// - Returns: `127.0.0.1`, or `2001:db8:0:0:0:0:0:1`, `::` for all.
  static func tableAddress(_ text: String) throws(FactsFault) -> String {
    let digits = text.compactMap { $0.isASCII ? $0.hexDigitValue : nil }
    guard digits.count == text.utf8.count, digits.count == 8 || digits.count == 32 else {
      throw FactsFault("'\(text)' is no address")
    }
    let stored = stride(from: 0, to: digits.count, by: 2).map { digits[$0] * 16 + digits[$0 + 1] }
    let bytes = stride(from: 0, to: stored.count, by: 4).flatMap { stored[$0..<($0 + 4)].reversed() }
    if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
    if bytes.allSatisfy({ $0 == 0 }) { return "::" }
    return stride(from: 0, to: 16, by: 2).map { String(bytes[$0] * 256 + bytes[$0 + 1], radix: 16) }
      .joined(separator: ":")
  }
}
