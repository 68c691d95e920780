/// How a registry wants to be told who asks: one entry of a `WWW-Authenticate` field.
///
/// Source of the grammar: RFC 9110, section 11.6.1; of Bearer's parameters: the token authentication specification of the
/// distribution project.
struct Challenge: Sendable, Hashable {
  /// Lower case: `bearer`, `basic`.
  let scheme: String
  /// Names in lower case.
  let parameters: [String: String]

  static let maximumCount = 10
  private static let maximumLength = 8192

  /// Reads what it can of the fields; what is malformed is left out, for another challenge may do.
  static func parse(_ fields: [String]) -> [Challenge] {
    var challenges: [Challenge] = []
    for field in fields.prefix(maximumCount) where field.utf8.count <= maximumLength {
      var scanner = FieldScanner(field)
      read(&scanner, into: &challenges)
    }
    return Array(challenges.prefix(maximumCount))
  }

  private static func read(_ scanner: inout FieldScanner, into challenges: inout [Challenge]) {
    var scheme: String?
    var parameters: [String: String] = [:]
    func close() {
      if let scheme { challenges.append(Challenge(scheme: scheme.lowercased(), parameters: parameters)) }
    }
    while !scanner.isAtEnd {
      scanner.skipBlanks()
      if scanner.take(",") { continue }
      guard let word = scanner.word() else {
        scanner.skipToNext()
        continue
      }
      scanner.skipBlanks()
      if scanner.take("=") {
        scanner.skipBlanks()
        // A parameter before any scheme belongs to nothing.
        if let value = scanner.value(), scheme != nil, parameters.count < 20 { parameters[word.lowercased()] = value }
        scanner.skipBlanks()
      } else {
        close()
        scheme = word
        parameters = [:]
      }
    }
    close()
  }
}
