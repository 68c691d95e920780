extension Quantity: CustomStringConvertible {
  private static let decimalUnits: [(suffix: String, exponent: Int)] = [
    ("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18),
  ]
  private static let binaryUnits = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]

  /// Reads a number with or without a sign, a fraction, and a suffix: `n u m k M G T P E`, `Ki Mi Gi Ti Pi Ei`, or an
  /// exponent as `e3`.
  ///
  /// - Throws: ``KubernetesError`` (`badValue`).
  public init(_ text: String) throws(KubernetesError) {
    var rest = text.utf8[...]
    while rest.first == 0x20 { rest = rest.dropFirst() }
    while rest.last == 0x20 { rest = rest.dropLast() }
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    func digits() -> Substring.UTF8View {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest.dropFirst(digits.count)
      return digits
    }
    let whole = digits()
    var fraction = whole[whole.endIndex...]
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      fraction = digits()
    }
    guard whole.count + fraction.count > 0 else { throw Self.error(text, "it does not begin with a number") }
    let suffix = String(decoding: rest, as: UTF8.self)
    guard let (form, exponent) = Self.unit(suffix) else {
      throw Self.error(text, "there is no unit '\(suffix.prefix(16))'")
    }
    var number = ExactNumber(whole: whole, fraction: fraction)
    if form == .binary { number.multiply(byPowerOf1024: exponent) } else { number.exponent += exponent }
    guard let nanos = number.nanos(upTo: Self.largest) else {
      throw Self.error(text, "it is over 10^28")
    }
    // Below one, powers of 1024 have no form of their own.
    let isSmall = form == .binary && nanos > 0 && nanos < 1_000_000_000
    self.init(nanos: isNegative ? -nanos : nanos, form: isSmall ? .decimal : form)
  }

  /// As the API server prints it: no fraction, the largest suffix with which nothing is lost.
  public var description: String {
    if nanos == 0 { return "0" }
    if form == .binary, abs(nanos) >= 1024 * 1_000_000_000, nanos % 1_000_000_000 == 0 {
      var value = nanos / 1_000_000_000
      var power = 0
      while value % 1024 == 0, power < Self.binaryUnits.count - 1 {
        value /= 1024
        power += 1
      }
      return "\(value)\(Self.binaryUnits[power])"
    }
    var value = nanos
    var exponent = -9
    while value % 1000 == 0, exponent < 18 {
      value /= 1000
      exponent += 3
    }
    if form == .exponent { return exponent == 0 ? "\(value)" : "\(value)e\(exponent)" }
    return "\(value)\(Self.decimalUnits.first { $0.exponent == exponent }?.suffix ?? "")"
  }

  /// The exponent is one of 10, or for a binary form one of 1024.
  private static func unit(_ suffix: String) -> (form: Form, exponent: Int)? {
    if let unit = decimalUnits.first(where: { $0.suffix == suffix }) { return (.decimal, unit.exponent) }
    if let power = binaryUnits.firstIndex(of: suffix) { return (.binary, power) }
    guard let first = suffix.first, first == "e" || first == "E" else { return nil }
    let digits = suffix.dropFirst()
    guard digits.utf8.count <= 6, let exponent = Int(digits) else { return nil }
    return (.exponent, exponent)
  }

  private static func error(_ text: String, _ reason: String) -> KubernetesError {
    KubernetesError(
      .badValue, "'\(text.prefix(64))' is not a quantity: \(reason); write for example 500m, 2, 1.5Gi or 1e3",
      details: ["given": String(text.prefix(256))])
  }
}
