import MusterCore
import TaskModel

/// The parsers of single values: one each for a file, a flag and a variable, so that all three say the same.
enum Parse {
  static func duration(_ range: ClosedRange<Duration>) -> @Sendable (String) throws(BadValue) -> Duration {
    { (text) throws(BadValue) in
      let duration: Duration
      do throws(QuantityError) { duration = try DurationText.parse(text) } catch { throw BadValue(error.message) }
      guard range.contains(duration) else {
        throw BadValue(
          "'\(text)' is out of range: give \(DurationText.text(range.lowerBound)) to "
            + DurationText.text(range.upperBound))
      }
      return duration
    }
  }

  static func size(_ range: ClosedRange<UInt64>) -> @Sendable (String) throws(BadValue) -> UInt64 {
    { (text) throws(BadValue) in
      let size: UInt64
      do throws(QuantityError) { size = try ByteSizeText.parse(text) } catch { throw BadValue(error.message) }
      guard range.contains(size) else {
        throw BadValue(
          "'\(text)' is out of range: give \(ByteSizeText.text(range.lowerBound)) to "
            + ByteSizeText.text(range.upperBound))
      }
      return size
    }
  }

  static func integer(_ range: ClosedRange<Int>) -> @Sendable (String) throws(BadValue) -> Int {
    { (text) throws(BadValue) in
      guard let number = Int(text), range.contains(number) else {
        throw BadValue("'\(text)' is not a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
  }

  static func number(_ range: ClosedRange<Double>) -> @Sendable (String) throws(BadValue) -> Double {
    { (text) throws(BadValue) in
      guard let number = Double(text), range.contains(number) else {
        throw BadValue("'\(text)' is not a number from \(shown(range.lowerBound)) to \(shown(range.upperBound))")
      }
      return number
    }
  }

  /// A number as people write it: `2`, `1.5`.
  static func shown(_ number: Double) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// One of a few words.
  static func choice<Value: Sendable>(_ choices: [(String, Value)]) -> @Sendable (String) throws(BadValue) -> Value {
    { (text) throws(BadValue) in
      if let choice = choices.first(where: { $0.0 == text }) { return choice.1 }
      let names = choices.map(\.0)
      let all = names.count == 2 ? names.joined(separator: " or ") : "one of " + names.joined(separator: ", ")
      throw BadValue("'\(text)' is not possible here; give \(all)")
    }
  }

  static func choice<Value: CaseIterable & RawRepresentable & Sendable>(
    _ type: Value.Type
  ) -> @Sendable (String) throws(BadValue) -> Value where Value.RawValue == String {
    choice(type.allCases.map { ($0.rawValue, $0) })
  }

  /// A name that is safe as a file name, a label and a part of a URL.
  @Sendable static func name(_ text: String) throws(BadValue) -> String {
    if TaskID(text) == nil { throw BadValue("'\(text)' cannot be a name: give \(TaskID.rule)") }
    return text
  }

  /// Any text but an empty one, and without control characters.
  @Sendable static func text(_ text: String) throws(BadValue) -> String {
    if text.isEmpty { throw BadValue("the value is empty; give one, or remove the line") }
    if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      throw BadValue("the value holds a control character; remove it")
    }
    return text
  }
}
