extension String {
  /// What stands before the first place of a text; nil: it is not there.
  func before(_ text: String) -> String? { place(of: text).map { String(self[..<$0.lowerBound]) } }

  /// What stands after the first place of a text.
  func after(_ text: String) -> String? { place(of: text).map { String(self[$0.upperBound...]) } }

  /// What stands between the first place of a text and the next of another.
  func between(_ start: String, _ end: String) -> String? { after(start)?.before(end) }

  private func place(of text: String) -> Range<Index>? {
    guard let first = text.utf8.first else { return nil }
    var start = utf8.startIndex
    while let index = utf8[start...].firstIndex(of: first) {
      if utf8[index...].starts(with: text.utf8) { return index..<utf8.index(index, offsetBy: text.utf8.count) }
      start = utf8.index(after: index)
    }
    return nil
  }
}
