/// Small pieces of sentences.
enum Wording {
  /// `1 node`, `3 nodes`.
  static func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }

  /// `1 of 3 workers waits`, `3 of 3 workers wait`; without the whole when it is not known.
  static func workers(_ number: Int, of whole: Int, _ one: String, _ many: String) -> String {
    let share = whole >= number && whole > 0 ? "\(number) of \(count(whole, "worker"))" : count(number, "worker")
    return "\(share) \(number == 1 ? one : many)"
  }

  /// `a, b and c`; of more than `limit`, how many more there are.
  static func list(_ items: [String], limit: Int = 5) -> String {
    var shown = Array(items.prefix(limit))
    if items.count > limit { shown.append("\(items.count - limit) more") }
    guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
    return shown.dropLast().joined(separator: ", ") + " and " + last
  }

  /// `a is`, `a, b and c are`.
  static func list(_ items: [String], _ one: String, _ many: String) -> String {
    "\(list(items)) \(items.count == 1 ? one : many)"
  }

  /// One line without control characters, of at most `limit` characters, without a full stop at its end: what others
  /// write must not break a sentence or a terminal.
  static func cleaned(_ text: String, limit: Int = 300) -> String {
    var result = String.UnicodeScalarView()
    var count = 0
    var isCut = false
    var wasSpace = true
    for scalar in text.unicodeScalars {
      let category = scalar.properties.generalCategory
      let isSpace =
        scalar == " " || category == .control || category == .lineSeparator
        || category == .paragraphSeparator
      // Marks that turn the direction of writing can make a terminal show something else than is there.
      if category == .format || (isSpace && wasSpace) { continue }
      if count == limit {
        isCut = true
        break
      }
      result.append(isSpace ? " " : scalar)
      wasSpace = isSpace
      count += 1
    }
    var line = String(result)
    if isCut { return line + "…" }
    while line.hasSuffix(" ") || line.hasSuffix(".") { line.removeLast() }
    return line
  }

  /// With each number replaced by one sign, so that texts that differ in numbers alone are the same.
  static func withoutNumbers(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if !("0"..."9").contains(scalar) { result.append(scalar) } else if result.last != "#" { result.append("#") }
    }
    return String(result)
  }
}
