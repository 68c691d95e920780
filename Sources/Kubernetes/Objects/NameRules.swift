/// What the API server takes as names, label keys and label values.
///
/// Each rule is nil when the text keeps it, or else the end of a sentence that begins with the text: `'A_b' is no name: …`.
/// Source: `k8s.io/apimachinery/pkg/util/validation`.
public enum NameRules {
  /// Of namespaces and services' ports: lower-case letters, digits and dashes, at most 63 (RFC 1123).
  public static func labelFault(_ text: String) -> String? {
    if text.isEmpty { return "it is empty" }
    if text.utf8.count > 63 { return "it has over 63 characters" }
    guard text.utf8.allSatisfy({ isLower($0) || isDigit($0) || $0 == UInt8(ascii: "-") }) else {
      return "only lower-case letters, digits and '-' may stand in it"
    }
    if text.hasPrefix("-") || text.hasSuffix("-") { return "it must begin and end with a letter or a digit" }
    return nil
  }

  /// Of most objects: labels with dots between, at most 253 characters.
  public static func subdomainFault(_ text: String) -> String? {
    if text.isEmpty { return "it is empty" }
    if text.utf8.count > 253 { return "it has over 253 characters" }
    for part in text.split(separator: ".", omittingEmptySubsequences: false) {
      guard part.utf8.allSatisfy({ isLower($0) || isDigit($0) || $0 == UInt8(ascii: "-") }) else {
        return "only lower-case letters, digits, '-' and '.' may stand in it"
      }
      if part.isEmpty || part.hasPrefix("-") || part.hasSuffix("-") {
        return "each part between dots must begin and end with a letter or a digit"
      }
    }
    return nil
  }

  /// Of labels and annotations: `name` or `prefix.example/name`.
  public static func labelKeyFault(_ text: String) -> String? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count > 2 { return "it has more than one '/'" }
    if parts.count == 2, let fault = subdomainFault(String(parts[0])) { return "of its prefix, \(fault)" }
    guard let name = parts.last, !name.isEmpty else { return "it has no name" }
    return wordFault(name)
  }

  /// Of labels: empty, or letters, digits, `-`, `_` and `.`, at most 63.
  public static func labelValueFault(_ text: String) -> String? { text.isEmpty ? nil : wordFault(text[...]) }

  /// - Throws: ``KubernetesError`` (`badValue`): one sentence with the name and what is wrong with it.
  public static func check(name: String) throws(KubernetesError) {
    if let fault = subdomainFault(name) { throw error("'\(name.prefix(64))' is no name for an object: \(fault)") }
  }

  /// - Throws: as above.
  public static func check(namespace: String) throws(KubernetesError) {
    if let fault = labelFault(namespace) {
      throw error("'\(namespace.prefix(64))' is no name for a namespace: \(fault)")
    }
  }

  /// - Throws: as above.
  public static func check(labels: [String: String]) throws(KubernetesError) {
    for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
      if let fault = labelKeyFault(key) { throw error("'\(key.prefix(64))' is no label's key: \(fault)") }
      if let fault = labelValueFault(value) {
        throw error("'\(value.prefix(64))' is no value for the label '\(key)': \(fault)")
      }
    }
  }

  private static func wordFault(_ text: Substring) -> String? {
    if text.utf8.count > 63 { return "it has over 63 characters" }
    func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLower(byte | 0x20) }
    func isPunctuation(_ byte: UInt8) -> Bool { byte == 0x2D || byte == 0x2E || byte == 0x5F }
    guard text.utf8.allSatisfy({ isAlphanumeric($0) || isPunctuation($0) }) else {
      return "only letters, digits, '-', '_' and '.' may stand in it"
    }
    guard let first = text.utf8.first, let last = text.utf8.last, isAlphanumeric(first), isAlphanumeric(last) else {
      return "it must begin and end with a letter or a digit"
    }
    return nil
  }

  private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func error(_ message: String) -> KubernetesError { KubernetesError(.badValue, message) }
}
