/// The numbers of YAML 1.1.
enum YamlNumber {
  /// Decimal, octal with a leading zero, `0x`, `0b`, and base 60 with colons.
  static func integer(_ text: String) -> WholeNumber? {
    var digits = text[...]
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits = digits.dropFirst() }
    guard
      digits.utf8.allSatisfy({ isDigit($0) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x78) || $0 == 0x5F || $0 == 0x3A })
    else { return nil }
    if digits.contains(":") { return base60(digits, isNegative: isNegative) }
    let plain = digits.filter { $0 != "_" }
    if digits == "0" { return WholeNumber(0) }
    if digits.hasPrefix("0x") { return WholeNumber(digits: plain.dropFirst(2), radix: 16, isNegative: isNegative) }
    if digits.hasPrefix("0b") { return WholeNumber(digits: plain.dropFirst(2), radix: 2, isNegative: isNegative) }
    guard let first = digits.utf8.first, isDigit(first), plain.utf8.allSatisfy(isDigit) else { return nil }
    return WholeNumber(digits: plain, radix: first == 0x30 ? 8 : 10, isNegative: isNegative)
  }

  /// `1:30:00`: the first part begins with 1 to 9, the others run to 59.
  private static func base60(_ digits: Substring, isNegative: Bool) -> WholeNumber? {
    guard let parts = sixties(digits), let first = digits.utf8.first, first != 0x30 else { return nil }
    var total = 0
    for part in parts {
      let (product, overflows) = total.multipliedReportingOverflow(by: 60)
      let (sum, overflowsToo) = product.addingReportingOverflow(part)
      guard !overflows, !overflowsToo else { return nil }
      total = sum
    }
    return WholeNumber(isNegative ? -total : total)
  }

  private static func sixties(_ text: Substring) -> [Int]? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first?.utf8.first, isDigit(first) else { return nil }
    var numbers: [Int] = []
    for (index, part) in parts.enumerated() {
      let plain = part.filter { $0 != "_" }
      guard index == 0 || part.utf8.count <= 2 && part.utf8.allSatisfy(isDigit), plain.utf8.allSatisfy(isDigit),
        let number = Int(plain), index == 0 || number < 60
      else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// With a dot; an exponent has a sign. `.inf` and `.nan` too.
  static func real(_ text: String, isJSON: Bool) -> Double? {
    var digits = text[...]
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits = digits.dropFirst() }
    let number: Double?
    switch digits {
    case ".inf", ".Inf", ".INF": number = .infinity
    case ".nan", ".NaN", ".NAN": return digits.utf8.count == text.utf8.count ? .nan : nil
    case _ where digits.contains(":"): number = base60(real: digits)
    default: number = decimal(digits, isJSON: isJSON, hasSign: digits.utf8.count != text.utf8.count)
    }
    return number.map { isNegative ? -$0 : $0 }
  }

  private static func decimal(_ digits: Substring, isJSON: Bool, hasSign: Bool) -> Double? {
    let bytes = Array(digits.utf8)
    let point = bytes.firstIndex(of: 0x2E)
    let mark = bytes.firstIndex { $0 == 0x65 || $0 == 0x45 }
    guard let first = bytes.first else { return nil }
    guard let point else { return isJSON && mark != nil ? Double(digits) : nil }
    // `.5` takes no sign, as Ansible's reader has it.
    guard isDigit(first) || (point == 0 && !hasSign && bytes.count > 1 && isDigit(bytes[1])) else { return nil }
    let end = mark ?? bytes.count
    guard point < end, bytes[..<point].allSatisfy({ isDigit($0) || $0 == 0x5F }),
      bytes[(point + 1)..<end].allSatisfy({ isDigit($0) || $0 == 0x5F })
    else { return nil }
    if let mark {
      var exponent = bytes[(mark + 1)...]
      if let sign = exponent.first, sign == 0x2B || sign == 0x2D {
        exponent = exponent.dropFirst()
      } else if !isJSON {
        return nil
      }
      guard !exponent.isEmpty, exponent.allSatisfy(isDigit) else { return nil }
    }
    var plain = digits.filter { $0 != "_" }
    if plain.first == "." { plain = "0" + plain }
    return Double(
      plain.replacing(".e", with: ".0e").replacing(".E", with: ".0e").appending(plain.last == "." ? "0" : ""))
  }

  /// `1:30.5`
  private static func base60(real digits: Substring) -> Double? {
    let halves = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard halves.count == 2, let parts = sixties(halves[0]) else { return nil }
    let fraction = halves[1].filter { $0 != "_" }
    guard fraction.utf8.allSatisfy(isDigit), let rest = Double("0.\(fraction)0") else { return nil }
    return parts.reduce(0.0) { $0 * 60 + Double($1) } + rest
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
