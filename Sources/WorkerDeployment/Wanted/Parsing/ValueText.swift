import Kubernetes
import MusterCore

/// The parsers of single values: one each for a flag, a variable and the file, so that all three say the same.
enum ValueText {
  static func namespace(_ text: String) throws(BadText) -> String {
    if let fault = NameRules.labelFault(text) { throw BadText("\(BadText.quoted(text)) is no namespace: \(fault)") }
    return text
  }

  /// A stage is the value of labels and a part of the image's tag, so it keeps the rules of both.
  static func stage(_ text: String) throws(BadText) -> String {
    if let fault = nonEmptyLabelFault(text) {
      throw BadText("\(BadText.quoted(text)) cannot be a stage, which labels and the image's tag carry: \(fault)")
    }
    return text
  }

  static func label(_ text: String) throws(BadText) -> String {
    if let fault = nonEmptyLabelFault(text) {
      throw BadText("\(BadText.quoted(text)) cannot be the value of a label: \(fault)")
    }
    return text
  }

  static func objectName(_ text: String) throws(BadText) -> String {
    if let fault = NameRules.subdomainFault(text) { throw BadText("\(BadText.quoted(text)) is no name: \(fault)") }
    return text
  }

  /// As the coordinator takes it: the name of a kind.
  static func circuit(_ text: String) throws(BadText) -> String {
    func isAlphanumeric(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
    guard let first = text.utf8.first, text.utf8.count <= 128, isAlphanumeric(first),
      text.utf8.allSatisfy({ isAlphanumeric($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D })
    else {
      throw BadText(
        "\(BadText.quoted(text)) cannot be the name of a circuit: give 1 to 128 characters of A-Z a-z 0-9 . _ -, beginning with a letter or a digit"
      )
    }
    return text
  }

  static func integer(_ range: ClosedRange<Int>) -> (String) throws(BadText) -> Int {
    { (text) throws(BadText) in
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), range.contains(number) else {
        throw BadText(
          "\(BadText.quoted(text)) is not a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
  }

  static func port(_ text: String) throws(BadText) -> Int {
    guard text.utf8.count <= 5, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(text),
      (1...65_535).contains(port)
    else { throw BadText("\(BadText.quoted(text)) is no port; give a number from 1 to 65535") }
    return port
  }

  static func choice<Choice: RawRepresentable & CaseIterable>(
    _ type: Choice.Type
  ) -> (String) throws(BadText) -> Choice where Choice.RawValue == String {
    { (text) throws(BadText) in
      if let choice = Choice(rawValue: text) { return choice }
      throw BadText(
        "\(BadText.quoted(text)) is not possible here; give \(Choice.allCases.map(\.rawValue).joined(separator: " or "))"
      )
    }
  }

  /// `KEY=VALUE`.
  static func nodeLabel(_ text: String) throws(BadText) -> NodeLabel {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw BadText("\(BadText.quoted(text)) is no key with a value; write it as fluidexnode=computation")
    }
    if parts[1].contains(":") {
      throw BadText("\(BadText.quoted(text)) has an effect, and every effect is meant; write the part before the ':'")
    }
    if let fault = NameRules.labelKeyFault(String(parts[0])) {
      throw BadText("\(BadText.quoted(parts[0])) is no key: \(fault)")
    }
    return NodeLabel(key: String(parts[0]), value: try label(String(parts[1])))
  }

  /// In whole seconds, as Kubernetes counts.
  static func seconds(_ range: ClosedRange<Int64>) -> (String) throws(BadText) -> Duration {
    { (text) throws(BadText) in
      let duration: Duration
      do throws(QuantityError) {
        duration = try DurationText.parse(BadText.shown(text))
      } catch {
        throw BadText(error.message)
      }
      guard duration.components.attoseconds == 0, range.contains(duration.components.seconds) else {
        throw BadText(
          "\(BadText.quoted(text)) is out of range: give whole seconds from \(DurationText.text(.seconds(range.lowerBound))) to \(DurationText.text(.seconds(range.upperBound)))"
        )
      }
      return duration
    }
  }

  static func quantity(_ text: String) throws(BadText) -> Quantity {
    let quantity: Quantity
    do throws(KubernetesError) { quantity = try Quantity(BadText.shown(text)) } catch { throw BadText(error.message) }
    guard quantity >= .zero else { throw BadText("\(BadText.quoted(text)) is below zero") }
    return quantity
  }

  private static func nonEmptyLabelFault(_ text: String) -> String? {
    text.isEmpty ? "it is empty" : NameRules.labelValueFault(text)
  }
}
