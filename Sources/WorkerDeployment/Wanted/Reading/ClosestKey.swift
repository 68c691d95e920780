/// Finds what a mistyped key was meant to be.
enum ClosestKey {
  /// The candidate with the fewest edits (one more, one less, another, two swapped), if they are few; case does not count.
  static func of(_ key: String, among candidates: [String]) -> String? {
    let typed = Array(key.lowercased().utf8.prefix(64))
    let limit = max(1, typed.count / 3)
    return candidates.map { (edits: edits(typed, Array($0.lowercased().utf8.prefix(64))), name: $0) }
      .filter { $0.edits <= limit }.min { ($0.edits, $0.name) < ($1.edits, $1.name) }?.name
  }

  /// Optimal string alignment distance.
  private static func edits(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var rows = [Array(0...b.count)]
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, rows[i - 1][j - 1] + 1) }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
