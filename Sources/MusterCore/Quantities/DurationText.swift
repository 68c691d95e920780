/// Durations as people write them in settings: `250ms`, `10s`, `5m`, `1h30m`, `7d`; a plain number is seconds.
public enum DurationText {
  private static let units: [(name: String, nanoseconds: UInt64)] = [
    ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
    ("ms", 1_000_000),
  ]
  /// 100 years: longer ones are typing errors, and the limit keeps every sum of times within its type.
  private static let longest: UInt64 = 36_500 * 86_400_000_000_000

  /// Parses a duration of 0 to 100 years. Units go from large to small, each at most once; blanks between are fine.
  ///
  /// - Throws: ``QuantityError``.
  public static func parse(_ text: String) throws(QuantityError) -> Duration {
    var scanner = QuantityScanner(text)
    var total: UInt64 = 0
    var allowed = units[...]
    scanner.skipBlanks()
    if scanner.isAtEnd { throw error(text, "it is empty") }
    while !scanner.isAtEnd {
      guard let number = scanner.number() else { throw error(text, "a number is missing or too long") }
      scanner.skipBlanks()
      var unit = scanner.letters()
      scanner.skipBlanks()
      if unit.isEmpty {
        guard allowed.count == units.count, scanner.isAtEnd else { throw error(text, "a unit is missing") }
        unit = "s"
      }
      guard units.contains(where: { $0.name == unit }) else { throw error(text, "there is no unit '\(unit)'") }
      guard let index = allowed.firstIndex(where: { $0.name == unit }) else {
        throw error(text, "its units must go from large to small, each once")
      }
      guard let part = number.scaled(by: units[index].nanoseconds), part <= longest, total + part <= longest else {
        throw error(text, "it is over 100 years")
      }
      total += part
      allowed = allowed[(index + 1)...]
    }
    return .nanoseconds(Int64(total))
  }

  /// The shortest exact form that ``parse(_:)`` reads back: `1h30m`, `250ms`, `0s`. What is below a millisecond is cut.
  public static func text(_ duration: Duration) -> String {
    var rest = max(duration.wholeMilliseconds, 0)
    if rest == 0 { return "0s" }
    var result = ""
    for unit in units {
      let size = Int64(unit.nanoseconds / 1_000_000)
      if rest >= size { result += "\(rest / size)\(unit.name)" }
      rest %= size
    }
    return result
  }

  private static func error(_ text: String, _ reason: String) -> QuantityError {
    QuantityError(
      code: .notDuration, given: text,
      message: "'\(text)' is not a duration: \(reason); write for example 250ms, 10s, 5m, 1h30m or 7d")
  }
}
