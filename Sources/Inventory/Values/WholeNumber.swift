/// An integer of any size: Python's, which Ansible's inventories are made of, have no bounds.
public struct WholeNumber: Sendable, Hashable, CustomStringConvertible {
  /// More digits than this no reader of Python's prints.
  static let mostDigits = 4300

  /// In decimal, without leading zeros, with a minus where it is negative.
  public let description: String

  public init(_ value: Int) { description = String(value) }

  /// - Parameters:
  ///   - digits: of the radix, no sign, no underscores.
  ///   - radix: 2, 8, 10 or 16.
  /// - Returns: nil if there is no digit, a wrong one, or there are too many.
  init?(digits: some StringProtocol, radix: Int, isNegative: Bool = false) {
    guard !digits.isEmpty, digits.utf8.count <= Self.mostDigits else { return nil }
    if let value = Int(String(digits), radix: radix), digits.first != "-", digits.first != "+" {
      description = String(isNegative ? -value : value)
      return
    }
    guard let decimal = Self.decimal(digits, radix: radix) else { return nil }
    description = isNegative ? "-" + decimal : decimal
  }

  /// The value, where it fits.
  public var int: Int? { Int(description) }

  var negated: WholeNumber {
    if description.hasPrefix("-") { return WholeNumber(text: String(description.dropFirst())) }
    return description == "0" ? self : WholeNumber(text: "-" + description)
  }

  private init(text: String) { description = text }

  private static func decimal(_ digits: some StringProtocol, radix: Int) -> String? {
    // Groups of nine decimal digits, the lowest first.
    var groups: [Int] = [0]
    for character in digits {
      guard character.isASCII, var carry = character.hexDigitValue, carry < radix else { return nil }
      for index in groups.indices {
        carry += groups[index] * radix
        groups[index] = carry % 1_000_000_000
        carry /= 1_000_000_000
      }
      if carry > 0 { groups.append(carry) }
    }
    let rest = groups.dropLast().reversed().map { group in
      let text = String(group)
      return String(repeating: "0", count: 9 - text.count) + text
    }
    return String(groups.last ?? 0) + rest.joined()
  }
}
