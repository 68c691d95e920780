/// Complex numbers as Python prints them; Ansible makes a text of them.
enum ComplexText {
  static func of(_ real: Double, _ imaginary: Double) -> String {
    if real == 0, real.sign == .plus { return part(imaginary) + "j" }
    let sign = imaginary.sign == .minus || imaginary.isNaN ? "" : "+"
    return "(" + part(real) + sign + part(imaginary) + "j)"
  }

  private static func part(_ value: Double) -> String {
    let text = RealText.of(value)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
