/// Floating-point numbers as Python and JSON write them: the shortest text that reads back as the same number.
enum RealText {
  static func of(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    return value.description
  }
}
