/// Recognises a key and a value in spellings that are not theirs. The original's document writes `fluidexnode/computation`
/// for the label and `dedicated/compuation` for the taint, where its manifests want `fluidexnode=computation` and
/// `dedicated=computation`: nodes that were prepared by the document get no worker.
enum Spelling {
  /// Whether `key=value` on a node is meant to be `wanted`, and is not.
  static func isSlip(key: String, value: String, for wanted: NodeLabel) -> Bool {
    guard !wanted.value.isEmpty, key != wanted.key || value != wanted.value else { return false }
    if isClose(key, wanted.key) && isClose(value, wanted.value) { return true }
    guard let slash = key.lastIndex(of: "/"), !wanted.key.contains("/") else { return false }
    return isClose(String(key[..<slash]), wanted.key) && isClose(String(key[key.index(after: slash)...]), wanted.value)
  }

  /// Equal but for case and at most two typing errors, of which short words are allowed fewer: `gpu` is not `cpu`.
  static func isClose(_ a: String, _ b: String) -> Bool {
    let a = Array(a.lowercased().utf8)
    let b = Array(b.lowercased().utf8)
    if a == b { return true }
    let allowed = min(a.count, b.count) / 4
    guard allowed > 0, a.count <= 320, b.count <= 320, abs(a.count - b.count) <= 2 else { return false }
    return distance(a, b) <= min(2, allowed)
  }

  /// How many letters have to be put in, taken out or replaced (Levenshtein).
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, byte) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in b.enumerated() {
        let cost = byte == other ? diagonal : min(diagonal, row[j], row[j + 1]) + 1
        diagonal = row[j + 1]
        row[j + 1] = cost
      }
    }
    return row[b.count]
  }
}
