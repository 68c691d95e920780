/// The next page of a list, as a `Link` field names it.
///
/// Source of the grammar: RFC 8288, section 3.
enum LinkField {
  /// The target of the link whose relation is `next`; nil if there is none.
  static func next(_ fields: [String]) -> String? {
    for field in fields.prefix(10) where field.utf8.count <= 2 * WebAddress.maximumLength {
      var scanner = FieldScanner(field)
      while !scanner.isAtEnd {
        scanner.skipBlanks()
        if scanner.take(",") { continue }
        guard scanner.take("<"), let target = scanner.text(until: ">") else {
          scanner.skipToNext()
          _ = scanner.take(",")
          continue
        }
        if isNext(&scanner) { return target }
      }
    }
    return nil
  }

  /// Reads a link's parameters up to the comma behind them.
  private static func isNext(_ scanner: inout FieldScanner) -> Bool {
    var found = false
    while true {
      scanner.skipBlanks()
      guard scanner.take(";") else {
        scanner.skipToNext()
        return found
      }
      scanner.skipBlanks()
      guard let name = scanner.word() else { continue }
      scanner.skipBlanks()
      guard scanner.take("=") else { continue }
      scanner.skipBlanks()
      let relations = scanner.value()?.lowercased().split(separator: " ") ?? []
      if name.lowercased() == "rel", relations.contains("next") { found = true }
    }
  }
}
