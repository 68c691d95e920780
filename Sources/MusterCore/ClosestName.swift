/// Finds what a mistyped name was meant to be.
public enum ClosestName {
  /// The candidate with the fewest edits to `name` (a letter more, less or another, two swapped), if so few that it is probably
  /// meant: one, or a third of its letters. Case does not count; of equals the first by the alphabet wins.
  public static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
    let typed = Array(name.lowercased().utf8.prefix(64))
    let limit = max(1, typed.count / 3)
    return candidates.map { (name: $0, distance: distance(typed, Array($0.lowercased().utf8.prefix(64)))) }
      .filter { $0.distance <= limit }
      .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
  }

  /// Edits between two words; two neighbours that changed places count as one edit (optimal string alignment).
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var before: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var current = [i + 1]
      for j in b.indices {
        var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
        current.append(best)
      }
      before = previous
      previous = current
    }
    return previous[b.count]
  }
}
